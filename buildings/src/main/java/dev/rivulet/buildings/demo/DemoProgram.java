// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.demo;

import dev.rivulet.buildings.Neighbourhood;
import dev.rivulet.buildings.intent.IntentClassifier;
import dev.rivulet.buildings.intent.TensorFile;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.federated.selftest.SecureSumSelfTest;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.models.BuildingSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The buildings' devices in one process. It speaks JSON, one object a line, with whoever started it:
 *
 * <ol>
 *   <li>it says {@code prepared}: the model's tensors and values, and the figures a federation is held against;
 *   <li>it is told {@code {"federation": URL, "token": TOKEN}}, enrols its devices and says {@code enrolled};
 *   <li>it is told {@code {"version": N, "sha256": DIGEST, "file": PATH}}, fetches that version, writes it to the file if one
 *       is named, and says {@code measured}, as often as it is asked.
 * </ol>
 *
 * It ends when its input does.
 */
@Command(
        name = "buildings",
        mixinStandardHelpOptions = true,
        description = "Devices of the federation's demonstration.")
public final class DemoProgram implements Callable<Integer> {
    private static final int MOST_DEVICES = 400;
    private static final int MOST_TESTED = 40;

    @Option(names = "--models", required = true, description = "Folder models/ of the checkout.")
    private Path models = Path.of("models");

    @Option(names = "--devices", defaultValue = "40", description = "Buildings (default 40).")
    private int devices;

    @Option(names = "--seed", defaultValue = "1", description = "Of all data and orders (default 1).")
    private long seed;

    @Option(names = "--only-figures", description = "Say `prepared` and end.")
    private boolean onlyFigures;

    private final JsonMapper json = JsonMapper.shared();
    private final PrintStream out;

    private DemoProgram(PrintStream out) {
        this.out = out;
    }

    /** See the type. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoProgram(System.out))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    System.err.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, RefusedByFederationException {
        if (devices < 1 || devices > MOST_DEVICES) {
            throw new IllegalArgumentException("--devices is 1 to " + MOST_DEVICES);
        }
        BuildingSchema schema = BuildingSchema.read(models.resolve("building/schema.json"));
        int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
        Figures figures;
        try (IntentClassifier classifier = IntentClassifier.load(models.resolve("artefacts/rivulet-intent"), threads)) {
            Data data =
                    Data.of(new Neighbourhood(schema, Neighbourhood.Size.USUAL, seed).buildings(devices), classifier);
            figures = new Figures(classifier.network(), classifier.shipped(), data.devices(), seed);
        }
        SecureSumSelfTest.require(
                Math.clamp(devices, 2, MOST_TESTED), figures.start().size());
        say(prepared(figures));
        if (!onlyFigures) {
            converse(figures);
        }
        return 0;
    }

    private Map<String, Object> prepared(Figures figures) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("said", "prepared");
        said.put("devices", devices);
        said.put("train", Neighbourhood.Size.USUAL.train());
        said.put("held_out", Neighbourhood.Size.USUAL.heldOut());
        said.put("values", figures.start().size());
        said.put("intents", figures.start().layout().tensors().getLast().size());
        said.put("shipped", figures.of(figures.start()).accuracy());
        said.put("alone", figures.alone());
        said.put("pooled", figures.pooled());
        said.put("tensors", figures.start().layout().tensors());
        said.put("model", bytes(figures.start()));
        return said;
    }

    private void converse(Figures figures) throws IOException, InterruptedException, RefusedByFederationException {
        try (DeviceFleet fleet = new DeviceFleet(figures.network(), System.err);
                BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                JsonNode wish = json.readTree(line);
                if (wish.has("token")) {
                    URI federation = URI.create(wish.path("federation").asString());
                    fleet.enrol(federation, wish.path("token").asString(), figures.devices(), seed);
                    say(Map.of("said", "enrolled", "devices", devices));
                } else {
                    say(measured(figures, fleet, wish));
                }
            }
        }
    }

    private Map<String, Object> measured(Figures figures, DeviceFleet fleet, JsonNode wish)
            throws IOException, InterruptedException, RefusedByFederationException {
        long version = wish.path("version").asLong();
        Parameters model = fleet.model(version, wish.path("sha256").asString());
        Evaluation evaluation = figures.of(model);
        String file = wish.path("file").asString("");
        if (!file.isEmpty()) {
            write(model, Path.of(file));
        }
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("said", "measured");
        said.put("version", version);
        said.put("accuracy", evaluation.accuracy());
        said.put("loss", evaluation.loss());
        said.put("file", file);
        return said;
    }

    private static void write(Parameters model, Path file) throws IOException {
        TensorFile tensors = new TensorFile();
        for (Layout.Tensor tensor : model.layout().tensors()) {
            tensors.put(tensor.name(), tensor.shape(), model.tensor(tensor.name()));
        }
        tensors.write(file);
    }

    /** Float32, little-endian, one tensor after the other. */
    private static byte[] bytes(Parameters model) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * model.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(model.values());
        return bytes.array();
    }

    private void say(Map<String, Object> what) {
        out.println(json.writeValueAsString(what));
        out.flush();
    }
}
