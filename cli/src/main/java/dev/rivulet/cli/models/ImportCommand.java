// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Folders;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.hub.Hub;
import dev.rivulet.cli.hub.HubAddress;
import dev.rivulet.cli.hub.HubModel;
import dev.rivulet.cli.hub.HubRepository;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a model in from a folder, a GGUF file or the hub, examined before the registry hears of it. */
@Command(
        name = "import",
        description = {
            "Bring a model into the registry: from a Hugging Face-style folder, a GGUF file, or the hub. It is examined",
            "first; a download that was cut off goes on where it ended. HF_ENDPOINT and HF_TOKEN are honoured."
        })
public final class ImportCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;
    private static final String F32 = "f32";
    private static final int MOST_NAMES = 10_000;

    private final Context context;

    @Option(
            names = "--json",
            description = "Print one JSON object at the end; what goes on is told on the error output.")
    private boolean json;

    @Parameters(paramLabel = "SOURCE", description = "FOLDER, FILE.gguf or hf:org/name[@revision].")
    private String source = "";

    @Option(names = "--name", defaultValue = "", description = "Model name (default: the source's).")
    private String name = "";

    @Option(
            names = "--file",
            defaultValue = "",
            description = "The GGUF file of the repository or folder that is meant.")
    private String file = "";

    @Option(names = "--alias", defaultValue = Registry.CHAMPION, description = "Alias (default: champion).")
    private String alias = "";

    @Option(names = "--description", defaultValue = "", description = "A sentence for people.")
    private String description = "";

    @Option(names = "--task", defaultValue = "", description = "What it does (default: from config.json).")
    private String task = "";

    @Option(names = "--hub", defaultValue = "", description = "Address of the hub (default: HF_ENDPOINT).")
    private String hub = "";

    @Option(names = "--largest", defaultValue = "64", description = "Most GiB to download (default: 64).")
    private int largest;

    @Option(
            names = "--weights",
            defaultValue = F32,
            description =
                    "Quantised form to make, measure and ship with the model: f32 (none), w8r, int4, int4-gptq, or"
                            + " auto for the smallest within the limits (default: f32).")
    private String weights = "";

    @Option(
            names = "--max-perplexity-increase",
            defaultValue = "0.1",
            description = "Most perplexity a quantised form may add, as a share (default: 0.1).")
    private double mostIncrease;

    @Option(
            names = "--min-agreement",
            defaultValue = "0.9",
            description = "Least share of greedy tokens that stay the same (default: 0.9).")
    private double leastAgreement;

    @Option(names = "--text", description = "Text to calibrate and measure with (default: a built-in one).")
    private Path text = Path.of("");

    public ImportCommand(Context context) {
        this.context = context;
    }

    /** Files at hand, and where they came from. */
    private record Taken(Path folder, List<String> names, String name, String source) {

        /** What the examining program is given. */
        Path model() {
            return names.getLast().endsWith(".gguf") ? folder.resolve(names.getLast()) : folder;
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!List.of(F32, "w8r", "int4", "int4-gptq", "auto").contains(weights)) {
            throw new UsageException("--weights " + weights + ": there are f32, w8r, int4, int4-gptq and auto.");
        }
        context.home().create();
        if (source.startsWith(HubRepository.SCHEME)) {
            fromHub(HubRepository.parse(source));
        } else {
            finish(fromDisk(Path.of(source)));
        }
        return 0;
    }

    private void fromHub(HubRepository repository) throws IOException, InterruptedException {
        HubAddress address = HubAddress.of(hub, context.environment());
        Patience patience = Patience.usual(line -> context.err().println("  " + line));
        try (Hub opened = new Hub(address, patience);
                HubModel model = HubModel.open(opened, repository, imports())) {
            List<String> names = WantedFiles.of(repository.toString(), model.names(), file);
            told().println(repository + " is commit " + model.commit() + ", " + names.size() + " files");
            model.take(names, (long) largest << 30, progress("download"));
            String from =
                    HubRepository.SCHEME + repository.organisation() + "/" + repository.name() + "@" + model.commit();
            finish(new Taken(model.folder(), names, repository.name(), from));
            Folders.delete(model.folder());
        }
    }

    private Taken fromDisk(Path path) throws IOException {
        if (Files.isRegularFile(path) && path.toString().endsWith(".gguf")) {
            Path whole = path.toAbsolutePath().normalize();
            String own = whole.getFileName().toString();
            Path folder = whole.resolveSibling("").toAbsolutePath();
            return new Taken(folder, WantedFiles.of(folder.toString(), names(folder), own), stem(own), own);
        }
        if (!Files.isDirectory(path)) {
            throw new UsageException(path + " is neither a folder nor a GGUF file. Give a Hugging Face-style folder,"
                    + " FILE.gguf, or hf:org/name for a model of the hub.");
        }
        String own = path.toAbsolutePath().normalize().getFileName().toString();
        List<String> names = WantedFiles.of(path.toString(), names(path), file);
        return new Taken(path, names, names.getLast().endsWith(".gguf") ? stem(names.getLast()) : own, own);
    }

    private static String stem(String gguf) {
        return gguf.substring(0, gguf.length() - ".gguf".length());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.find(folder, 2, (path, _) -> Files.isRegularFile(path))) {
            return files.limit(MOST_NAMES)
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .toList();
        }
    }

    /** Examines, quantises where that is wanted, and registers; a version that is there already costs neither. */
    private void finish(Taken taken) throws IOException, InterruptedException {
        told().println("examining and digesting " + taken.names().size() + " files");
        ModelFolder folder = ModelFolder.of(taken.folder(), task(taken), taken.names());
        String model = name.isEmpty() ? ModelFolder.name(taken.name()) : name;
        String version = folder.version(weights.equals(F32) ? "" : "weights " + weights);
        try (Api api = ModelsCommand.registry(context)) {
            Registry registry = new Registry(api);
            if (registry.has(model, version)) {
                if (!alias.isEmpty()) {
                    registry.point(model, alias, version);
                }
                if (json) {
                    Said.line(context, Map.of("model", model, "version", version, "created", false));
                } else {
                    context.out().println("✓ " + model + " version " + version + " is there already");
                }
                return;
            }
            Path forms = imports().resolve("forms-" + version);
            // What a killed import left there was measured by nobody.
            if (Files.exists(forms)) {
                Folders.delete(forms);
            }
            register(registry, folder, model, version, examined(taken, folder.task(), forms), taken.source());
            if (Files.exists(forms)) {
                Folders.delete(forms);
            }
        }
    }

    private String task(Taken taken) throws IOException {
        if (!task.isEmpty()) {
            return task;
        }
        return taken.names().contains("config.json")
                ? ModelFolder.task(taken.folder().resolve("config.json"))
                : "text-generation";
    }

    private Examination.Found examined(Taken taken, String does, Path forms) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--task", does));
        if (!weights.equals(F32)) {
            options.addAll(List.of("--weights", weights, "--forms", forms.toString()));
            options.addAll(List.of("--max-perplexity-increase", Double.toString(mostIncrease)));
            options.addAll(List.of("--min-agreement", Double.toString(leastAgreement)));
            if (!text.toString().isEmpty()) {
                options.addAll(List.of("--text", text.toString()));
            }
        }
        Path jar = context.home().checkout().resolve("importer/target/importer.jar");
        String set = context.environment().getOrDefault("RIVULET_IMPORTER_JAR", "");
        return new Examination(set.isEmpty() ? jar : Path.of(set)).examine(taken.model(), options);
    }

    private void register(
            Registry registry, ModelFolder files, String model, String version, Examination.Found found, String from)
            throws IOException, InterruptedException {
        ModelFolder folder = files;
        if (!found.form().isEmpty()) {
            Path form = Path.of(found.form());
            folder = folder.with(ModelFolder.ModelFile.of("quantised/" + form.getFileName(), form));
        }
        Map<String, String> tags = new TreeMap<>(found.facts());
        tags.put("source", from);
        Registry.Wanted wanted =
                new Registry.Wanted(folder.path(), model, version, folder.task(), alias, true, description);
        Registry.Registration done = registry.register(folder, model, version, wanted, tags, progress("upload"));
        if (json) {
            Map<String, Object> made = new LinkedHashMap<>(Map.of("model", model, "version", version, "created", true));
            made.put("uploaded_bytes", done.uploaded());
            made.put("facts", found.facts());
            Said.line(context, made);
            return;
        }
        found.facts().forEach((fact, value) -> context.out().printf("  %-32s %s%n", fact, value));
        context.out()
                .printf(
                        Locale.ROOT,
                        "✓ %s version %s (new), %.1f MiB uploaded%n",
                        model,
                        version,
                        done.uploaded() / MIB);
    }

    private Path imports() {
        return context.home().path().resolve("imports");
    }

    /** Where it is told what goes on: programs read the standard output. */
    private PrintStream told() {
        return json ? context.err() : context.out();
    }

    private LongFunction<TransferProgress> progress(String what) {
        return bytes -> new TransferProgress(told(), !json && context.onTerminal(), what, bytes, System::nanoTime);
    }
}
