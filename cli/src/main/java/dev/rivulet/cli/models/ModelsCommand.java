// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.platform.EnvCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks into the model registry and puts models there. */
@Command(
        name = "models",
        description = "Look into the model registry, and put models there.",
        synopsisSubcommandLabel = "list|show|import|pull|push|rebuild|rm|sign")
public final class ModelsCommand {
    private static final double MIB = 1 << 20;

    private final Context context;

    public ModelsCommand(Context context) {
        this.context = context;
    }

    /** The registry of {@code RIVULET_REGISTRY_URL}, as in a container, or else the one that belongs to this home. */
    public static Api registry(Context context) {
        String elsewhere = context.environment().getOrDefault("RIVULET_REGISTRY_URL", "");
        if (!elsewhere.isBlank()) {
            String shown = context.environment().getOrDefault("RIVULET_INTERNAL_TOKEN", "");
            return new Api("model-registry", elsewhere, shown);
        }
        String token = new Secrets(context.home(), new SecureRandom()).internalToken();
        return new Api("model-registry", EnvCommand.url(context, Part.MODEL_REGISTRY), token);
    }

    @Command(name = "list", description = "List the models with their versions and aliases.")
    int list(@Option(names = "--json", description = "Print one JSON object a line.") boolean json)
            throws InterruptedException {
        try (Api api = registry(context)) {
            List<JsonNode> models = new Registry(api).models();
            if (json) {
                models.forEach(model -> context.out().println(new JsonMapper().writeValueAsString(model)));
            } else {
                table(models);
            }
        }
        return 0;
    }

    private void table(List<JsonNode> models) {
        String row = "%-28s %-22s %8s  %s%n";
        context.out().printf(Locale.ROOT, row, "MODEL", "TASK", "VERSIONS", "ALIASES");
        for (JsonNode model : models) {
            String aliases = model.path("aliases").properties().stream()
                    .map(alias -> alias.getKey() + " → " + alias.getValue().asString(""))
                    .collect(Collectors.joining(", "));
            context.out()
                    .printf(
                            Locale.ROOT,
                            row,
                            model.path("name").asString(""),
                            model.path("task").asString(""),
                            model.path("versions").size(),
                            aliases);
        }
    }

    @Command(name = "show", description = "Show a model: its versions, what they are made of and what was measured.")
    int show(
            @Parameters(paramLabel = "MODEL", description = "Name of the model.") String name,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws InterruptedException {
        try (Api api = registry(context)) {
            JsonNode model = new Registry(api).model(name);
            if (json) {
                Said.line(context, model);
                return 0;
            }
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%s (%s)%n",
                            model.path("name").asString(""),
                            model.path("task").asString(""));
            for (JsonNode version : model.path("versions")) {
                showVersion(version);
            }
        }
        return 0;
    }

    private void showVersion(JsonNode version) {
        String aliases = version.path("aliases").values().stream()
                .map(alias -> " ← " + alias.asString(""))
                .collect(Collectors.joining());
        context.out().printf("%n%s%s%n", version.path("version").asString(""), aliases);
        version.path("tags")
                .properties()
                .forEach(tag -> context.out()
                        .printf("  %-32s %s%n", tag.getKey(), tag.getValue().asString("")));
        for (JsonNode file : version.path("files")) {
            double size = file.path("size").asLong(0) / MIB;
            context.out()
                    .printf(
                            Locale.ROOT,
                            "  %10.1f MiB  %s%n",
                            size,
                            file.path("path").asString(""));
        }
    }

    @Command(
            name = "sign",
            description = {
                "Sign a model folder with an Ed25519 key: writes model.sig beside the files, which register uploads with",
                "them. The signature names the model, the version and every file. Prints the key as services trust it."
            })
    int sign(
            @Parameters(paramLabel = "FOLDER", description = "The folder that register will be given.") Path folder,
            @Option(names = "--key", required = true, description = "Private key, PKCS#8 in PEM.") Path key,
            @Option(names = "--public-key", required = true, description = "Its public key in PEM.") Path publicKey,
            @Option(names = "--name", defaultValue = "", description = "Model name (default: the folder's).")
                    String name,
            @Option(
                            names = "--version-name",
                            defaultValue = "",
                            description = "Version name (default: made from the content).")
                    String version,
            @Option(names = "--task", defaultValue = "", description = "What it does (default: from config.json).")
                    String task,
            @Option(names = "--base", defaultValue = "", description = "The model that a LoRA adapter changes.")
                    String base,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws IOException {
        ModelSigner signer = ModelSigner.read(key, publicKey);
        ModelFolder files = ModelFolder.read(folder, task);
        String signedName = name.isEmpty() ? files.name() : name;
        String signedVersion = version.isEmpty() ? files.version(base) : version;
        Files.write(folder.resolve(ModelSigner.FILE), signer.sign(signedName, signedVersion, files.unsigned()));
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("model", signedName);
            told.put("version", signedVersion);
            told.put("files", files.unsigned().size());
            told.put("trusted_key", signer.trustedKey());
            Said.line(context, told);
        } else {
            context.out()
                    .printf(
                            "✓ %s version %s signed, %d files%n  trusted key: %s%n",
                            signedName, signedVersion, files.unsigned().size(), signer.trustedKey());
        }
        return 0;
    }

    @Command(
            name = "push",
            aliases = "register",
            description = {
                "Put a Hugging Face-style model folder into the registry: the model, its files, a version, and",
                "the alias champion, whose version is served. Doing it again changes nothing. A LoRA adapter that",
                "PEFT saved is registered with --base MODEL and asked for as MODEL:NAME."
            })
    int register(
            @Parameters(paramLabel = "FOLDER", description = "Folder with config.json, weights and tokenizer.")
                    Path folder,
            @Option(names = "--name", defaultValue = "", description = "Model name (default: the folder's).")
                    String name,
            @Option(
                            names = "--version-name",
                            defaultValue = "",
                            description = "Version name (default: made from the content).")
                    String version,
            @Option(names = "--task", defaultValue = "", description = "What it does (default: from config.json).")
                    String task,
            @Option(names = "--base", defaultValue = "", description = "The model that a LoRA adapter changes.")
                    String base,
            @Option(names = "--alias", defaultValue = Registry.CHAMPION, description = "Alias (default: champion).")
                    String alias,
            @Option(names = "--description", defaultValue = "", description = "A sentence for people.")
                    String description,
            @Option(names = "--json", description = Said.JSON) boolean json)
            throws IOException, InterruptedException {
        try (Api api = registry(context)) {
            Registry.Registration done = new Registry(api)
                    .register(new Registry.Wanted(folder, name, version, task, alias, true, description), base);
            if (json) {
                Said.line(context, told(done));
                return 0;
            }
            context.out()
                    .printf(
                            Locale.ROOT,
                            "✓ %s version %s (%s), %s, %.1f MiB uploaded%n",
                            done.model(),
                            done.version(),
                            done.task(),
                            done.created() ? "new" : "known before",
                            done.uploaded() / MIB);
        }
        return 0;
    }

    private static Map<String, Object> told(Registry.Registration done) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("model", done.model());
        told.put("version", done.version());
        told.put("task", done.task());
        told.put("created", done.created());
        told.put("uploaded_bytes", done.uploaded());
        return told;
    }
}
