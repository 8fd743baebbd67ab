// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.chat.Completions;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Registry;
import dev.rivulet.cli.platform.EnvCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the service adds to the engine on a model of a size that people use. */
@Command(
        name = "shape",
        description = {
            "A model of a common shape with random weights, registered for this and removed after it, at the running replica:",
            "tokens/s of 8 streams over SSE beside the bare engine; TTFT of a prefix that is known; inter-token p99 while long",
            "prompts arrive. Start the platform with the same weights, and with room for the prompts only:",
            "",
            "  RIVULET_INFERENCE_JAVA_OPTIONS='-Drivulet.models.weights=w8r -Drivulet.models.context-length=2560' ./rivulet up",
            ""
        })
public final class ShapeCommand implements Callable<Integer> {
    private static final String SUITE = "shape";
    private static final Duration SERVED_WITHIN = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final double LEAST_OF_BARE = 0.95;
    private static final int QUESTIONS = 64;
    private static final int WORDS_OF_A_QUESTION = 8;
    /** Of the random model, a token each. */
    private static final List<String> WORDS =
            IntStream.range(1, 2000).mapToObj(token -> "w" + token).toList();

    private final Context context;

    @Option(names = "--shape", defaultValue = "smollm2-135m", description = "smollm2-135m (default) or qwen2-5-0-5b.")
    private String shape = "";

    @Option(names = "--weights", defaultValue = "f32", description = "Of the replica: f32 (default), w8r or int4.")
    private String weights = "";

    @Option(names = "--threads", defaultValue = "0", description = "Of the replica's steps (default: all cores).")
    private int threads;

    @Option(names = "--streams", defaultValue = "8", description = "Side by side (default 8).")
    private int streams;

    @Option(names = "--max-tokens", defaultValue = "512", description = "Of an answer (default 512).")
    private int maxTokens;

    @Option(
            names = "--context",
            defaultValue = "2560",
            description = "Positions of the replica's slots (default 2560).")
    private int positions;

    @Option(names = "--prefix", defaultValue = "512", description = "Tokens (default 512).")
    private int prefix;

    @Option(names = "--prompt", defaultValue = "2000", description = "Tokens (default 2000).")
    private int prompt;

    @Option(names = "--rounds", defaultValue = "3", description = "Of each comparison (default 3).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "20", description = "Of streams in a round (default 20).")
    private int seconds;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    /** @param context where the platform runs */
    public ShapeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (Stream.of(streams, maxTokens, positions, prefix, prompt, rounds, seconds)
                        .anyMatch(number -> number < 1)
                || threads < 0) {
            throw new UsageException("Give at least 1 of each, and 0 threads for all cores.");
        }
        int granted = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        String name = "bench-" + shape;
        Path jar = context.home().checkout().resolve("benchmarks").resolve(BenchCommand.JAR);
        Path parent = Files.createTempDirectory("rivulet-shape");
        // The version bears the folder's name: registering it again after a run that was cut off changes nothing.
        Path folder = parent.resolve(name);
        try (Api api = ModelsCommand.registry(context)) {
            new BenchProgram(jar, "dev.rivulet.benchmarks.ShapeFolder", context.err())
                    .run(List.of("--shape", shape, folder.toString()));
            Registry registry = new Registry(api);
            Registry.Registration registered = registry.register(new Registry.Wanted(
                    folder, name, "", "", Registry.CHAMPION, true, "random weights, for a benchmark"));
            try {
                print(measure(name, new BareEngine(jar, folder, weights, granted, maxTokens, positions, seconds)));
            } finally {
                registry.remove(registered, Registry.CHAMPION);
            }
        } finally {
            delete(parent);
        }
        return 0;
    }

    private List<BenchLine> measure(String name, BareEngine bare) throws IOException, InterruptedException {
        String token = new Secrets(context.home(), new SecureRandom()).internalToken();
        try (Api replica = new Api("inference-service", EnvCommand.url(context, Part.INFERENCE), token)) {
            Completions completions = new Completions(replica);
            awaitServed(completions, name);
            SplittableRandom random = new SplittableRandom(System.nanoTime());
            List<Completions.Question> questions = IntStream.range(0, QUESTIONS)
                    .mapToObj(number -> question(name, random))
                    .toList();
            ServeLoad load = new ServeLoad(completions, questions, System::nanoTime);
            List<BenchLine> lines = new ArrayList<>();
            Duration time = Duration.ofSeconds(2L * seconds);
            for (BenchLine line : new ServeBench(load, bare, time).run(new int[] {streams})) {
                lines.add(line.ratio() == null ? line : line.withRatioAtLeast(LEAST_OF_BARE));
            }
            lines.addAll(
                    new SchedulingBench(completions, name, WORDS, System::nanoTime, rounds, Duration.ofSeconds(seconds))
                            .run(prefix, prompt));
            return lines.stream().map(line -> line.of(SUITE)).toList();
        }
    }

    private Completions.Question question(String name, SplittableRandom random) {
        return new Completions.Question(
                name,
                List.of(new Completions.Message("user", SchedulingBench.text(WORDS, WORDS_OF_A_QUESTION, random))),
                maxTokens,
                0);
    }

    private void awaitServed(Completions completions, String name) throws InterruptedException {
        long end = System.nanoTime() + SERVED_WITHIN.toNanos();
        while (!completions.models().contains(name)) {
            if (System.nanoTime() > end) {
                throw new UsageException("The replica does not serve " + name + " after " + SERVED_WITHIN.toMinutes()
                        + " minutes; ./rivulet logs inference-service says why.");
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private void print(List<BenchLine> lines) {
        if (json) {
            lines.forEach(line -> context.out().println(line.json()));
        } else {
            context.out().print(BenchLine.table(lines));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
