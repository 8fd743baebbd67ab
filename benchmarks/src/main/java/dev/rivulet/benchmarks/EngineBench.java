// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a bare engine on a model folder: prefill, and decoding with several rows. */
@Command(
        name = "engine-bench",
        mixinStandardHelpOptions = true,
        description = "Measures prefill and decoding of a model folder without the platform around it.")
public final class EngineBench implements Callable<Integer> {

    private static final String SUITE = "engine";

    @Option(names = "--model", required = true, description = "A model folder: config.json, model.safetensors, …")
    private Path model = Path.of("");

    @Option(names = "--engine", defaultValue = "onnxruntime-cpu", description = "Default: ${DEFAULT-VALUE}")
    private String engine = "";

    @Option(names = "--rows", split = ",", defaultValue = "1,8,32", description = "Default: ${DEFAULT-VALUE}")
    private int[] rows = {};

    @Option(names = "--prompt", defaultValue = "128", description = "Tokens of a prompt. Default: ${DEFAULT-VALUE}")
    private int prompt;

    @Option(names = "--context", defaultValue = "256", description = "Positions of a slot. Default: ${DEFAULT-VALUE}")
    private int context;

    @Option(names = "--span", defaultValue = "0", description = "Tokens that a row decodes; 0 up to its end.")
    private int span;

    @Option(names = "--chunk", defaultValue = "64", description = "Tokens of a prefill. Default: ${DEFAULT-VALUE}")
    private int chunk;

    @Option(names = "--weights", defaultValue = "f32", description = "f32, w8r or int4. Default: ${DEFAULT-VALUE}")
    private String weights = "";

    @Option(names = "--threads", defaultValue = "1", description = "Threads of a step. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--seconds", defaultValue = "3", description = "Per figure. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;

    EngineBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return Launch.run(new EngineBench(out), arguments);
    }

    @Override
    public Integer call() throws IOException, ModelRejectedException {
        int slots = Arrays.stream(rows).max().orElse(1);
        EngineOptions options =
                new EngineOptions(slots, context, threads, chunk).withWeights(WeightKind.named(weights), null);
        try (LanguageModel loaded = engine().load(model, options)) {
            List<BenchLine> lines = measure(loaded);
            BenchLine.print(out, lines, json);
        }
        return 0;
    }

    private List<BenchLine> measure(LanguageModel loaded) {
        int length = Math.min(prompt, loaded.facts().contextLength() - 1);
        DecoderLoad load = span == 0
                ? new DecoderLoad(loaded.decoder(), length, System::nanoTime)
                : new DecoderLoad(loaded.decoder(), length, span, System::nanoTime);
        Duration duration = Duration.ofSeconds(seconds);
        Duration warmUp = duration.dividedBy(3);
        List<BenchLine> lines = new ArrayList<>();
        load.prefill(warmUp);
        String prefill = "prefill of " + length + " tokens in chunks of " + chunk;
        lines.add(BenchLine.alone(SUITE, prefill, "tokens/s", load.prefill(duration)));
        for (int count : rows) {
            load.decode(count, warmUp);
            String decode = "decode, " + count + (count == 1 ? " row" : " rows");
            lines.add(BenchLine.alone(SUITE, decode, "tokens/s", load.decode(count, duration)));
        }
        return lines;
    }

    private Engine engine() {
        List<Engine> found = ServiceLoader.load(Engine.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return found.stream()
                .filter(candidate -> candidate.name().equals(engine))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no engine is named " + engine + "; there are "
                        + found.stream().map(Engine::name).toList()));
    }
}
