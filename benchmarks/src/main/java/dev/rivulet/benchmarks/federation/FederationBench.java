// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.Launch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long rounds take and how many updates a second are summed, beside Flower where it is installed, in alternation; medians. */
@Command(
        name = "federation-bench",
        mixinStandardHelpOptions = true,
        description = "Rounds of devices that train in no time, and sums of the updates of many devices.")
public final class FederationBench implements Callable<Integer> {

    private static final String SUITE = "federation";
    /** Of the peer, whose rounds are as fast from the beginning. */
    private static final int SKIPPED = 5;

    private static final int LEAST_A_SECOND = 3000;
    private static final List<Integer> SUMMED = List.of(10_000, 100_000);

    @Option(names = "--service", required = true, description = "The executable jar of federation-service.")
    private Path service = Path.of("");

    @Option(names = "--peer", description = "The folder of Flower's script, for a comparison.")
    private @Nullable Path peer;

    @Option(names = "--devices", description = "Of a cell; once for each --size. Default: 10, 10 and 50")
    private List<Integer> devices = List.of();

    @Option(names = "--size", description = "Float32 values of a cell's model. Default: 100000, 1000000, 100000")
    private List<Integer> sizes = List.of();

    @Option(names = "--rounds", defaultValue = "40", description = "Of a measurement. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "100",
            description =
                    "Rounds before those of a measurement: the devices' process is new in each. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--turns", defaultValue = "3", description = "Alternations. Default: ${DEFAULT-VALUE}")
    private int turns;

    @Option(names = "--java-option", defaultValue = "-Xmx1g", description = "Of the service. Default: ${DEFAULT-VALUE}")
    private List<String> javaOptions = List.of();

    @Option(
            names = "--summed",
            defaultValue = "10000",
            description = "Devices whose updates are summed. Default: ${DEFAULT-VALUE}")
    private int summed;

    @Option(
            names = "--also-signed",
            description =
                    "In each turn, rounds in which devices sign each request with their own key, before those in sessions.")
    private boolean alsoSigned;

    @Option(names = "--sums-only", description = "No rounds.")
    private boolean sumsOnly;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;

    FederationBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return Launch.run(new FederationBench(out), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Cell> cells = sizes.isEmpty() && devices.isEmpty()
                ? List.of(new Cell(10, 100_000), new Cell(10, 1_000_000), new Cell(50, 100_000))
                : Cell.of(devices, sizes);
        List<BenchLine> lines = new ArrayList<>();
        if (!sumsOnly) {
            lines.addAll(rounds(cells));
        }
        for (int values : SUMMED) {
            lines.add(sums(new SumLoad(summed, values)));
        }
        BenchLine.print(out, lines, json);
        return 0;
    }

    private List<BenchLine> rounds(List<Cell> cells) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("federation-bench");
        Map<Cell, List<Rounds.Measured>> ours = new LinkedHashMap<>();
        Map<Cell, List<Flower.Measured>> theirs = new LinkedHashMap<>();
        try (Federation federation = Federation.start(service, javaOptions, folder)) {
            Rounds measuring = new Rounds(federation, System.getProperty("java.class.path"), warmUp);
            for (Cell cell : cells) {
                told("warm", cell, measuring.run("warm-" + name(cell), cell, rounds, true));
            }
            for (int turn = 0; turn < turns; turn++) {
                for (Cell cell : cells) {
                    String turned = "turn-" + turn + "-" + name(cell);
                    if (alsoSigned) {
                        told("signed", cell, measuring.run("signed-" + turned, cell, rounds, false));
                    }
                    Rounds.Measured one = measuring.run(turned, cell, rounds, true);
                    told("measured", cell, one);
                    ours.computeIfAbsent(cell, _ -> new ArrayList<>()).add(one);
                    if (peer != null) {
                        Flower.Measured other = new Flower(peer).run(cell, rounds, SKIPPED);
                        System.err.printf("%-41s p50 %8.1f ms%n", other.name(), other.millis());
                        theirs.computeIfAbsent(cell, _ -> new ArrayList<>()).add(other);
                    }
                }
            }
        }
        List<BenchLine> lines = new ArrayList<>();
        ours.forEach((cell, measured) -> lines.add(line(cell, measured, theirs.getOrDefault(cell, List.of()))));
        return lines;
    }

    private BenchLine sums(SumLoad load) throws InterruptedException {
        List<Double> perSecond = new ArrayList<>();
        for (int turn = 0; turn <= turns; turn++) {
            double one = load.perSecond();
            if (turn > 0) {
                perSecond.add(one);
            }
        }
        double median = median(perSecond);
        String work = String.format(
                Locale.ROOT, "updates of %,d devices summed, %,d float32 each", load.devices(), load.values());
        return new BenchLine(
                SUITE, work, "1/s", median, null, null, null, ">= " + LEAST_A_SECOND, median >= LEAST_A_SECOND);
    }

    private static double median(List<Double> values) {
        return values.stream()
                .sorted(Comparator.naturalOrder())
                .skip((values.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }

    private static String name(Cell cell) {
        return cell.devices() + "-" + cell.values();
    }

    private static BenchLine line(Cell cell, List<Rounds.Measured> measured, List<Flower.Measured> others) {
        double median = median(measured.stream().map(Rounds.Measured::median).toList());
        String goal = cell.goal() > 0 ? "<= " + cell.goal() : null;
        Boolean met = cell.goal() > 0 ? median <= cell.goal() : null;
        String work = "round, " + cell + ", p50";
        if (others.isEmpty()) {
            return new BenchLine(SUITE, work, "ms", median, null, null, null, goal, met);
        }
        double peers = median(others.stream().map(Flower.Measured::millis).toList());
        String name = others.getFirst().name();
        return new BenchLine(SUITE, work, "ms", median, peers, name, peers / median, goal, met);
    }

    private static void told(String what, Cell cell, Rounds.Measured one) {
        System.err.printf(
                "%-8s %-32s p50 %8.1f ms  least %8.1f  most %8.1f  processor: service %7.1f ms, devices %7.1f ms a round%n",
                what,
                cell,
                one.median(),
                one.millis().getFirst(),
                one.millis().getLast(),
                1e3 * one.processor(),
                1e3 * one.devicesProcessor());
    }
}
