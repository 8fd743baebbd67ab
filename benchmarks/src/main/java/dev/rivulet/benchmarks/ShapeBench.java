// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures decoding and prefill of common shapes with random weights, beside llama.cpp where it is installed. */
@Command(
        name = "shape-bench",
        mixinStandardHelpOptions = true,
        description = "Measures our engine and llama.cpp in alternation, on random weights of common shapes.")
public final class ShapeBench implements Callable<Integer> {

    @Option(names = "--shapes", split = ",", defaultValue = "smollm2-135m,qwen2-5-0-5b")
    private List<String> shapes = List.of();

    @Option(names = "--weights", split = ",", defaultValue = "f32,w8r,int4")
    private List<String> weights = List.of();

    @Option(names = "--streams", split = ",", defaultValue = "1,8,32")
    private int[] streams = {};

    @Option(names = "--prefill", defaultValue = "512", description = "Tokens of a prompt. Default: ${DEFAULT-VALUE}")
    private int prefill;

    @Option(names = "--context", defaultValue = "256", description = "Positions that a step looks back to, on average.")
    private int context;

    @Option(
            names = "--chunk",
            defaultValue = "128",
            description = "Most tokens of one prefill run, as the service has it.")
    private int chunk;

    @Option(names = "--kv-cache", defaultValue = "F32", description = "Keys and values: ${COMPLETION-CANDIDATES}.")
    private CacheKind cache = CacheKind.F32;

    @Option(names = "--threads", defaultValue = "0", description = "Of both engines; 0 for one for each core.")
    private int threads;

    @Option(names = "--millis", defaultValue = "1000", description = "For a figure and a round.")
    private int millis;

    @Option(names = "--rounds", defaultValue = "3", description = "Alternations; the median counts.")
    private int rounds;

    @Option(
            names = "--cpu-time",
            description = "Count processor time instead of the clock: for a busy machine, with one thread.")
    private boolean cpuTime;

    @Option(names = "--peer", description = "Folder of the peer's script, with its libraries.")
    private @Nullable Path peer;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;

    ShapeBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return Launch.run(new ShapeBench(out), arguments);
    }

    @Override
    public Integer call() throws IOException, ModelRejectedException {
        List<BenchLine> lines = new ArrayList<>();
        for (String label : shapes) {
            Shape shape = Shape.named(label);
            Path folder = Files.createTempDirectory("rivulet-shape");
            try {
                RandomModel.write(shape, folder);
                for (String kind : weights) {
                    lines.addAll(measure(shape, folder, WeightKind.named(kind)));
                }
            } finally {
                delete(folder);
            }
        }
        if (!json) {
            out.print(BenchLine.table(lines));
        }
        return 0;
    }

    private List<BenchLine> measure(Shape shape, Path folder, WeightKind kind)
            throws IOException, ModelRejectedException {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        int slots = Arrays.stream(streams).max().orElse(1);
        int granted = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        int positions = Math.max(prefill, context + context / 4) + 1;
        EngineOptions options = new EngineOptions(slots, positions, granted, Math.min(prefill, chunk));
        LongSupplier clock = cpuTime ? processorTime() : System::nanoTime;
        try (LanguageModel model =
                        engine.load(folder, options.withWeights(kind, null).withCache(cache));
                Duel duel = new Duel(model.decoder(), start(shape, kind, options), clock, millis, rounds)) {
            List<BenchLine> lines = new ArrayList<>();
            String bytes = cache == CacheKind.INT8 ? ", 8-bit KV" : "";
            String suffix = ", " + shape.label() + " " + kind.label() + bytes;
            String unit = cpuTime ? "tokens/cpu-s" : "tokens/s";
            for (int rows : streams) {
                String work = "decode " + rows + suffix;
                lines.add(told(duel.decode(work, unit, rows, context, leastOfDecode(kind, rows))));
            }
            double least = kind == WeightKind.W8R ? 3 : 0;
            lines.add(told(duel.prefill("prefill " + prefill + suffix, unit, prefill, least)));
            return lines;
        }
    }

    /** The goals of the project, as ratios to the peer at equal bits; floats have none. */
    private static double leastOfDecode(WeightKind kind, int rows) {
        if (kind == WeightKind.F32) {
            return 0;
        }
        return switch (rows) {
            case 1 -> kind == WeightKind.INT4 ? 1.1 : 0;
            case 8 -> 2;
            case 32 -> 3;
            default -> 0;
        };
    }

    private BenchLine told(BenchLine line) {
        if (json) {
            out.println(line.json());
        } else {
            System.err.println(BenchLine.table(List.of(line)).strip());
        }
        return line;
    }

    private @Nullable Peer start(Shape shape, WeightKind kind, EngineOptions options) throws IOException {
        if (peer == null || !Peer.isThere(peer)) {
            return null;
        }
        String type = switch (kind) {
            case F32 -> "F32";
            case W8R -> "Q8_0";
            case INT4 -> "Q4_0";
        };
        return Peer.start(peer, """
                {"shape":%s,"type":"%s","threads":%d,"slots":%d,"context":%d,"batch":%d,"clock":"%s"}""".formatted(
                        shape.json(),
                        type,
                        options.threads(),
                        options.slots(),
                        options.contextLength(),
                        Math.max(prefill, options.slots()),
                        cpuTime ? "cpu" : "wall"));
    }

    private static LongSupplier processorTime() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system::getProcessCpuTime;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
