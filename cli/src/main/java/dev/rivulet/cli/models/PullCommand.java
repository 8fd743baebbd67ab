// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Brings the files of a version out of the registry. */
@Command(
        name = "pull",
        description = {
            "Bring the files of a version into a folder, each checked by its digest. A pull that was cut off goes on where it",
            "ended; a file that is there with the same bytes is left alone, with others it is not written over.",
            "",
            "  ./rivulet models pull rivulet-slots",
            "  ./rivulet models pull rivulet-slots@champion --to /tmp/slots",
            ""
        })
public final class PullCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "MODEL[@VERSION]", description = "Model, and a version or an alias (default: champion).")
    private String wanted = "";

    @Option(names = "--to", paramLabel = "FOLDER", description = "Where to (default: a folder named as the model).")
    private @Nullable Path to;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public PullCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ModelVersion asked = ModelVersion.parse(wanted);
        try (Api api = ModelsCommand.registry(context)) {
            JsonNode model = new Registry(api).model(asked.model());
            String version = version(model, asked);
            JsonNode files = files(model, asked.model(), version);
            Path folder = to == null ? Path.of(asked.model()) : to;
            long bytes = files.values().stream()
                    .mapToLong(file -> file.path("size").asLong(0))
                    .sum();
            TransferProgress progress = new TransferProgress(
                    json ? context.err() : context.out(),
                    !json && context.onTerminal(),
                    "pull",
                    bytes,
                    System::nanoTime);
            Patience patience = Patience.usual(line -> context.err().println("  " + line));
            BlobDownload download = new BlobDownload(api, patience, progress);
            for (JsonNode file : files) {
                download.take(
                        file.path("sha256").asString(""),
                        file.path("size").asLong(0),
                        below(folder, file.path("path").asString("")));
            }
            progress.end();
            tell(asked.model(), version, folder, files.size(), bytes);
        }
        return 0;
    }

    private void tell(String model, String version, Path folder, int files, long bytes) {
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("model", model);
            told.put("version", version);
            told.put("folder", folder.toString());
            told.put("files", files);
            told.put("bytes", bytes);
            Said.line(context, told);
        } else {
            context.out().println("✓ " + model + " version " + version + ", " + files + " files in " + folder);
        }
    }

    private static String version(JsonNode model, ModelVersion asked) {
        String named = asked.version().isEmpty() ? Registry.CHAMPION : asked.version();
        String alias = model.path("aliases").path(named).asString("");
        return alias.isEmpty() ? named : alias;
    }

    private static JsonNode files(JsonNode model, String name, String version) {
        for (JsonNode one : model.path("versions")) {
            if (one.path("version").asString("").equals(version)) {
                return one.path("files");
            }
        }
        throw new UsageException(name + " has no version and no alias " + version + ". `./rivulet models show " + name
                + "` lists them.");
    }

    /** A path of the registry's never leads out of the folder. */
    private static Path below(Path folder, String path) {
        Path root = folder.toAbsolutePath().normalize();
        Path file = root.resolve(path).normalize();
        if (path.isEmpty() || !file.startsWith(root) || file.equals(root)) {
            throw new UsageException("The registry lists a file \"" + path.replaceAll("\\p{C}", "?")
                    + "\", which would lie outside " + folder + "; nothing of it is taken.");
        }
        return file;
    }
}
