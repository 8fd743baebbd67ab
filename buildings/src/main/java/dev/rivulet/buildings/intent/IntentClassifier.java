package dev.rivulet.buildings.intent;

import dev.rivulet.buildings.Request;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The built-in intent classifier, taken apart: its trunk up to the pooler gives each text its features, and its last layer is a softmax
 * regression over them. The trunk runs in the engine as it ships; so that it gives features in place of logits, its last layer is replaced
 * by the identity in a copy of the folder.
 */
public final class IntentClassifier implements AutoCloseable {
    private static final String WEIGHT = "classifier.weight";
    private static final String BIAS = "classifier.bias";
    private static final String WEIGHTS_FILE = "model.safetensors";
    private static final String CONFIG = "config.json";
    private static final List<String> FILES = List.of("tokenizer.json", "tokenizer_config.json");
    private static final int LONGEST = 128;
    private static final int ROWS = 32;

    private final Path folder;
    private final Path copy;
    private final EncoderModel trunk;
    private final List<String> labels;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Parameters head;

    private IntentClassifier(Path folder, Path copy, EncoderModel trunk, List<String> labels, Parameters head) {
        this.folder = folder;
        this.copy = copy;
        this.trunk = trunk;
        this.labels = labels;
        this.head = head;
        for (String label : labels) {
            numbers.put(label, numbers.size());
        }
    }

    /**
     * Loads a classifier of the built-in's architecture.
     *
     * @throws IOException if the folder can't be read or holds another kind of model
     */
    public static IntentClassifier load(Path folder) throws IOException {
        TensorFile tensors = TensorFile.read(folder.resolve(WEIGHTS_FILE));
        ObjectNode config = (ObjectNode) JsonMapper.shared().readTree(folder.resolve(CONFIG));
        List<String> labels = labels(config);
        int width = tensors.shape(WEIGHT).getLast();
        Parameters head = head(width, labels.size(), tensors.values(WEIGHT), tensors.values(BIAS));
        Path copy = Files.createTempDirectory("rivulet-trunk");
        try {
            writeTrunk(folder, copy, tensors, config, width);
            Engine engine = ServiceLoader.load(Engine.class)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no engine on the class path"));
            EncoderModel trunk = engine.loadEncoder(copy, new EncoderOptions(1, LONGEST, LONGEST * ROWS));
            return new IntentClassifier(folder, copy, trunk, labels, head);
        } catch (IOException | ModelRejectedException | RuntimeException e) {
            delete(copy);
            throw new IOException(folder + " is not loaded: " + e.getMessage(), e);
        }
    }

    private static List<String> labels(JsonNode config) {
        List<String> labels = new ArrayList<>();
        JsonNode named = config.path("id2label");
        for (int i = 0; i < named.size(); i++) {
            labels.add(named.path(Integer.toString(i)).asString());
        }
        return labels;
    }

    /** The layer's weights are classes × features; a softmax regression has features × classes. */
    private static Parameters head(int width, int classes, float[] weight, float[] bias) {
        float[] values = new float[(width + 1) * classes];
        for (int c = 0; c < classes; c++) {
            for (int j = 0; j < width; j++) {
                values[j * classes + c] = weight[c * width + j];
            }
            values[width * classes + c] = bias[c];
        }
        return new Parameters(new SoftmaxRegression(width, classes).layout(), values);
    }

    private static void writeTrunk(Path folder, Path copy, TensorFile tensors, ObjectNode config, int width)
            throws IOException {
        float[] identity = new float[width * width];
        ObjectNode named = JsonMapper.shared().createObjectNode();
        for (int i = 0; i < width; i++) {
            identity[i * width + i] = 1;
            named.put(Integer.toString(i), "feature-" + i);
        }
        tensors.put(WEIGHT, List.of(width, width), identity);
        tensors.put(BIAS, List.of(width), new float[width]);
        tensors.write(copy.resolve(WEIGHTS_FILE));
        config.set("id2label", named);
        config.remove("label2id");
        Files.writeString(copy.resolve(CONFIG), config.toString());
        for (String file : FILES) {
            Files.copy(folder.resolve(file), copy.resolve(file));
        }
    }

    /** What is federated: the last layer. */
    public SoftmaxRegression network() {
        return new SoftmaxRegression(trunk.facts().width(), labels.size());
    }

    /** The last layer as it ships. */
    public Parameters shipped() {
        return head;
    }

    /** Names of the intents by their number. */
    public List<String> labels() {
        return labels;
    }

    /** Features and labels of requests, in their order. */
    public Examples examples(List<Request> requests) {
        int width = trunk.facts().width();
        float[] features = new float[requests.size() * width];
        int[] intents = new int[requests.size()];
        for (int from = 0; from < requests.size(); from += ROWS) {
            List<Request> some = requests.subList(from, Math.min(requests.size(), from + ROWS));
            List<Encoding> rows = some.stream()
                    .map(request -> trunk.tokenizer().encode(request.text(), null, false))
                    .toList();
            List<float[]> values = trunk.runner().run(rows);
            for (int i = 0; i < some.size(); i++) {
                System.arraycopy(values.get(i), 0, features, (from + i) * width, width);
                intents[from + i] = number(some.get(i).intent());
            }
        }
        return new Examples(width, labels.size(), features, intents);
    }

    private int number(String intent) {
        Integer number = numbers.get(intent);
        if (number == null) {
            throw new IllegalArgumentException("the classifier has no intent " + intent);
        }
        return number;
    }

    /** Writes a model folder with another last layer, for the registry. */
    public void write(Parameters other, Path target) throws IOException {
        TensorFile tensors = TensorFile.read(folder.resolve(WEIGHTS_FILE));
        int classes = labels.size();
        int width = trunk.facts().width();
        float[] weight = new float[width * classes];
        float[] bias = new float[classes];
        for (int c = 0; c < classes; c++) {
            for (int j = 0; j < width; j++) {
                weight[c * width + j] = other.values()[j * classes + c];
            }
            bias[c] = other.values()[width * classes + c];
        }
        tensors.put(WEIGHT, List.of(classes, width), weight);
        tensors.put(BIAS, List.of(classes), bias);
        Files.createDirectories(target);
        tensors.write(target.resolve(WEIGHTS_FILE));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path name = file.getFileName();
                if (name != null && !name.toString().equals(WEIGHTS_FILE)) {
                    Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path copy) throws IOException {
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        Files.delete(copy);
    }

    @Override
    public void close() throws IOException {
        trunk.close();
        delete(copy);
    }
}
