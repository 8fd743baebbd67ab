// SPDX-License-Identifier: Apache-2.0
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The built-in intent classifier, taken apart: its trunk up to the pooler gives each text features that stay as they are, {@link HashedWords}
 * give it some more, and a softmax regression over both is what the buildings train. It begins as the classifier's last layer, with zeros for
 * the hashed words: untrained it says what the built-in classifier says. The trunk runs in the engine as it ships; so that it gives features
 * in place of logits, its last layer is replaced by the identity in a copy of the folder.
 */
public final class IntentClassifier implements AutoCloseable {
    private static final String WEIGHT = "classifier.weight";
    private static final String BIAS = "classifier.bias";
    private static final String WEIGHTS_FILE = "model.safetensors";
    private static final String CONFIG = "config.json";
    private static final List<String> FILES = List.of("tokenizer.json", "tokenizer_config.json");
    private static final int LONGEST = 128;
    private static final int ROWS = 32;
    /** With these places all values are 16,383: noise that devices add pads them to 16,384. The length is about that of the trunk's features. */
    private static final HashedWords WORDS = new HashedWords(252, 10);

    private final Path copy;
    private final EncoderModel trunk;
    private final List<String> labels;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Parameters head;

    private IntentClassifier(Path copy, EncoderModel trunk, List<String> labels, Parameters head) {
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
     * @param threads of one run of the trunk
     * @throws IOException if the folder can't be read or holds another kind of model
     */
    public static IntentClassifier load(Path folder, int threads) throws IOException {
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
            EncoderModel trunk = engine.loadEncoder(copy, new EncoderOptions(threads, LONGEST, LONGEST * ROWS));
            return new IntentClassifier(copy, trunk, labels, head);
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

    /** The layer's weights are classes × features; a softmax regression has features × classes, those of hashed words behind. */
    private static Parameters head(int width, int classes, float[] weight, float[] bias) {
        SoftmaxRegression network = new SoftmaxRegression(width + WORDS.places(), classes);
        float[] values = new float[network.layout().size()];
        for (int c = 0; c < classes; c++) {
            for (int j = 0; j < width; j++) {
                values[j * classes + c] = weight[c * width + j];
            }
            values[(width + WORDS.places()) * classes + c] = bias[c];
        }
        return new Parameters(network.layout(), values);
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

    /** What is federated. */
    public SoftmaxRegression network() {
        return new SoftmaxRegression(trunk.facts().width() + WORDS.places(), labels.size());
    }

    /** What says the same as the classifier that ships. */
    public Parameters shipped() {
        return head;
    }

    /** Names of the intents by their number. */
    public List<String> labels() {
        return labels;
    }

    /** Features and labels of requests, in their order. Texts of like length are run together: rows are padded to the longest. */
    public Examples examples(List<Request> requests) {
        int trunkWidth = trunk.facts().width();
        int width = trunkWidth + WORDS.places();
        List<Encoding> texts = requests.stream()
                .map(request -> trunk.tokenizer().encode(request.text(), null, false))
                .toList();
        List<Integer> order = IntStream.range(0, requests.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> texts.get(i).length()))
                .toList();
        float[] features = new float[requests.size() * width];
        for (int from = 0; from < order.size(); from += ROWS) {
            List<Integer> some = order.subList(from, Math.min(order.size(), from + ROWS));
            List<float[]> values =
                    trunk.runner().run(some.stream().map(texts::get).toList());
            for (int i = 0; i < some.size(); i++) {
                System.arraycopy(values.get(i), 0, features, some.get(i) * width, trunkWidth);
            }
        }
        int[] intents = new int[requests.size()];
        for (int i = 0; i < intents.length; i++) {
            WORDS.write(requests.get(i).text(), features, i * width + trunkWidth);
            intents[i] = number(requests.get(i).intent());
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
