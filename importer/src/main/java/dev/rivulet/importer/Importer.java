// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a model as a replica would and says in one JSON object what it is; refuses in words, with exit code 1, what a replica would
 * refuse.
 */
@Command(name = "importer", description = "Examines a model folder or GGUF file, and makes a quantised form of it.")
public final class Importer implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "Folder or GGUF file.")
    private Path model = Path.of("");

    @Option(names = "--task", defaultValue = ModelCheck.GENERATION, description = "As the registry names it.")
    private String task = "";

    @Option(names = "--weights", defaultValue = "f32", description = "f32, w8r, int4, int4-gptq or auto.")
    private String weights = "";

    @Option(names = "--forms", description = "Folder for the quantised form.")
    private @Nullable Path forms;

    @Option(names = "--max-perplexity-increase", defaultValue = "0.1", description = "As a share.")
    private double mostIncrease;

    @Option(names = "--min-agreement", defaultValue = "0.9", description = "Share of greedy tokens.")
    private double leastAgreement;

    @Option(names = "--text", description = "Text to calibrate and measure with.")
    private @Nullable Path text;

    private final PrintStream out;

    private Importer(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new Importer(out))
                .setExecutionExceptionHandler((failure, _, _) -> {
                    boolean told = failure instanceof ModelRejectedException || failure instanceof IOException;
                    err.println("rivulet: " + (told ? failure.getMessage() : failure.toString()));
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, ModelRejectedException {
        Map<String, String> facts = new LinkedHashMap<>(ModelCheck.examine(model, task));
        String form = "";
        Path folder = forms;
        if (!weights.equals("f32") && folder != null) {
            if (!task.equals(ModelCheck.GENERATION)) {
                throw new ModelRejectedException(
                        "quantised forms are made of models that generate text alone; leave --weights"
                                + " out for the task " + task);
            }
            QuantisedForm made =
                    new Quantisation(model, folder, TestText.of(text), mostIncrease, leastAgreement).make(weights);
            facts.putAll(made.facts());
            form = made.file();
        }
        out.println(JsonMapper.shared().writeValueAsString(Map.of("facts", facts, "form", form)));
        return 0;
    }
}
