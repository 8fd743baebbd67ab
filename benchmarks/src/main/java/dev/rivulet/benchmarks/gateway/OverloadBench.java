// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.Launch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Three times what a replica can do, from two greedy keys and a polite one: what the polite key waits beside a calm time, what is
 * served of what could be, and whether those who are refused are told when to come back.
 */
@Command(
        name = "overload-bench",
        mixinStandardHelpOptions = true,
        description = "Two greedy keys and a polite one at three times the capacity of a replica.")
public final class OverloadBench implements Callable<Integer> {

    static final String POLITE = "polite";
    static final List<String> GREEDY = List.of("greedy-1", "greedy-2");

    private static final String SUITE = "gateway-overload";
    private static final double TIMES_CAPACITY = 3;
    private static final double POLITE_SHARE = 0.06;
    private static final double MOST_SLOWER = 1.5;
    private static final double LEAST_GOODPUT = 0.9;
    private static final Duration MEASURE_CAPACITY = Duration.ofSeconds(15);

    @Option(names = "--gateway", required = true, description = "The executable jar of gateway-service.")
    private Path gateway = Path.of("");

    /** What is overloaded. */
    enum Make {
        ENGINE,
        FIFO
    }

    @Option(
            names = "--replica",
            defaultValue = "engine",
            description = {
                "engine: inference-service with an engine that only takes time;",
                "fifo: a server of another make with one line for all. Default: ${DEFAULT-VALUE}"
            })
    private Make make = Make.ENGINE;

    @Option(names = "--inference", description = "The executable jar of inference-service; for --replica engine.")
    private @Nullable Path inference;

    @Option(names = "--slots", defaultValue = "8", description = "Of the replica. Default: ${DEFAULT-VALUE}")
    private int slots;

    @Option(
            names = "--calm",
            defaultValue = "60",
            description = "Seconds of the polite key alone. Default: ${DEFAULT-VALUE}")
    private int calm;

    @Option(names = "--overload", defaultValue = "300", description = "Seconds of all keys. Default: ${DEFAULT-VALUE}")
    private int overload;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;

    OverloadBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(Launch.run(new OverloadBench(System.out), arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("overload-bench");
        List<String> keys = new ArrayList<>(GREEDY);
        keys.add(POLITE);
        try (Overloaded replica = replica(folder);
                Door door = Doors.overloaded(gateway, replica, keys, folder)) {
            double capacity = capacity(replica);
            try (Crowd crowd = new Crowd(door.port(), System::nanoTime)) {
                double polite = POLITE_SHARE * capacity;
                double greedy = (TIMES_CAPACITY * capacity - polite) / GREEDY.size();
                crowd.send(Duration.ofSeconds(calm), POLITE, polite);
                Crowd.Told before = crowd.told();
                told("calm", before);
                long began = System.nanoTime();
                crowd.send(
                        Duration.ofSeconds(overload),
                        POLITE,
                        polite,
                        GREEDY.getFirst(),
                        greedy,
                        GREEDY.getLast(),
                        greedy);
                double took = (System.nanoTime() - began) / 1e9;
                Crowd.Told during = crowd.told();
                told("overload", during);
                BenchLine.print(out, lines(capacity, before, during, took), json);
            }
        }
        return 0;
    }

    private Overloaded replica(Path folder) throws IOException, InterruptedException {
        if (make == Make.FIFO) {
            return new SlotReplica(slots, System::nanoTime);
        }
        if (inference == null) {
            throw new IllegalArgumentException("--replica engine needs --inference, the jar of inference-service");
        }
        return EngineReplica.start(inference, slots, List.of(), folder);
    }

    /** @param seconds that {@code during} took, until the last of its requests had ended */
    static List<BenchLine> lines(double capacity, Crowd.Told before, Crowd.Told during, double seconds) {
        double goodput = during.count(200) / seconds;
        List<BenchLine> lines = new ArrayList<>(List.of(
                BenchLine.cheaper(
                        SUITE,
                        "TTFT p50 of the polite key",
                        "ms",
                        during.of(POLITE).firstToken(0.5),
                        before.of(POLITE).firstToken(0.5),
                        "calm",
                        0),
                BenchLine.cheaper(
                        SUITE,
                        "TTFT p99 of the polite key",
                        "ms",
                        during.of(POLITE).firstToken(0.99),
                        before.of(POLITE).firstToken(0.99),
                        "calm",
                        1 / MOST_SLOWER),
                BenchLine.atMost(
                        SUITE, "refused, polite", "answers", during.of(POLITE).refused(), 0),
                BenchLine.beside(SUITE, "goodput", "answers/s", goodput, capacity, "the replica alone", LEAST_GOODPUT),
                BenchLine.beside(
                        SUITE,
                        "served, one greedy key",
                        "answers",
                        during.of(GREEDY.getFirst()).count(200),
                        during.of(GREEDY.getLast()).count(200),
                        "the other",
                        0),
                BenchLine.alone(SUITE, "refused at once with 429, greedy", "answers", during.count(429)),
                BenchLine.alone(SUITE, "told 503 after their wait, greedy", "answers", during.count(503)),
                BenchLine.atMost(SUITE, "any other status, or none", "answers", during.others(), 0)));
        double[] ratios = during.retryAfters();
        if (ratios.length > 0) {
            lines.add(BenchLine.alone(
                    SUITE, "Retry-After to the wait of the next let in, median", "ratio", ratios[ratios.length / 2]));
            long right = java.util.Arrays.stream(ratios)
                    .filter(ratio -> ratio >= 0.5 && ratio <= 2)
                    .count();
            lines.add(
                    BenchLine.alone(SUITE, "of them within a factor of two", "share", (double) right / ratios.length));
        }
        return lines;
    }

    /** Answers a second of the replica with all its slots in use: more are sent than it can do, until all are answered. */
    private double capacity(Overloaded replica) throws InterruptedException {
        try (Crowd crowd = new Crowd(replica.port(), System::nanoTime)) {
            long began = System.nanoTime();
            crowd.send(MEASURE_CAPACITY, POLITE, 2.0 * slots / (SlotReplica.SERVICE.toMillis() / 1_000.0));
            return crowd.told().count(200) * 1e9 / (System.nanoTime() - began);
        }
    }

    private static void told(String when, Crowd.Told told) {
        for (String key : told.keys()) {
            Crowd.Told of = told.of(key);
            System.err.printf(
                    "%-9s %-9s %6d served, %6d refused, TTFT p50 %8.1f ms, p99 %8.1f ms%n",
                    when, key, of.count(200), of.refused(), of.firstToken(0.5), of.firstToken(0.99));
        }
    }
}
