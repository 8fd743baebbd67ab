// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static dev.rivulet.cli.models.Said.JSON;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes a federation of a file of settings and a first model. */
@Command(
        name = "create",
        description = {
            "Make a federation. The file is a JSON object with the settings, as docs/federation-demo.md shows one. The first",
            "model is zeros of a layout, or layers of a version that the registry has.",
            "",
            "  ./rivulet federate create desk settings.json --zeros weight=384x43,bias=43 --start",
            "  ./rivulet federate create desk settings.json --model rivulet-intent@champion \\",
            "      --layers classifier.weight,classifier.bias",
            ""
        })
public final class CreateCommand implements Callable<Integer> {
    private static final Pattern TENSOR = Pattern.compile("([^=,]{1,200})=([0-9]{1,9}(?:x[0-9]{1,9}){0,7})");
    private static final int MOST_BYTES = 1 << 20;

    private final Context context;

    @Parameters(index = "0", paramLabel = "NAME", description = "Letters, digits and hyphens.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The settings.")
    private Path file = Path.of("");

    @Option(
            names = "--zeros",
            split = ",",
            paramLabel = "NAME=SIZExSIZE",
            description = "Tensors of the first model, all zeros.")
    private List<String> zeros = List.of();

    @Option(names = "--model", paramLabel = "MODEL@VERSION", description = "A registered version, or an alias for it.")
    private @Nullable String model;

    @Option(names = "--layers", split = ",", description = "Its tensors that are federated.")
    private List<String> layers = List.of();

    @Option(names = "--start", description = "Begin rounds at once.")
    private boolean start;

    @Option(names = "--json", description = JSON)
    private boolean json;

    public CreateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (zeros.isEmpty() == (model == null)) {
            throw new UsageException("Give the first model either by --zeros or by --model and --layers.");
        }
        Map<String, Object> federation = new LinkedHashMap<>();
        federation.put("name", name);
        federation.put("settings", settings(file));
        if (model == null) {
            federation.put("tensors", zeros.stream().map(CreateCommand::tensor).toList());
        } else {
            try (Api registry = ModelsCommand.registry(context)) {
                RegistryTensors fetched = RegistryTensors.fetch(registry, model, layers);
                federation.put("tensors", fetched.tensors());
                federation.put("model", fetched.values());
            }
        }
        federation.put("running", start);
        try (FederationCalls calls = FederationCalls.of(context)) {
            JsonNode made = calls.create(federation);
            if (json) {
                Said.line(context, made);
            } else {
                tell();
            }
        }
        return 0;
    }

    private void tell() {
        context.out().println("✓ the federation " + name + " is made" + (start ? " and its rounds begin" : ""));
        context.out().println("  devices enrol with a token of  ./rivulet federate tokens " + name + " --uses 40");
        context.out()
                .println(
                        start
                                ? "  follow it with                 ./rivulet federate watch " + name
                                : "  begin rounds with              ./rivulet federate start " + name);
    }

    private static JsonNode settings(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new UsageException(file + " is larger than settings are.");
            }
            JsonNode read = JsonMapper.shared().readTree(Files.readString(file));
            JsonNode settings = read.has("settings") ? read.path("settings") : read;
            if (!settings.isObject()) {
                throw new UsageException(file + " holds no JSON object with settings.");
            }
            return settings;
        } catch (IOException e) {
            throw new UsageException(
                    file + " can't be read; is it there? docs/federation-demo.md has settings to begin with.");
        } catch (JacksonException e) {
            throw new UsageException(file + " is no JSON: " + e.getOriginalMessage());
        }
    }

    private static Map<String, Object> tensor(String text) {
        Matcher matcher = TENSOR.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("--zeros " + text + " is no tensor: write NAME=SIZExSIZE, as in weight=384x43.");
        }
        List<Integer> shape = new ArrayList<>();
        for (String size : matcher.group(2).split("x")) {
            shape.add(Integer.parseInt(size));
        }
        Map<String, Object> tensor = new LinkedHashMap<>();
        tensor.put("name", matcher.group(1));
        tensor.put("shape", shape);
        return tensor;
    }
}
