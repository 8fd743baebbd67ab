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
    private static final int SKIPPED = 5;

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

    @Option(names = "--warm-up", defaultValue = "60", description = "Rounds before. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--turns", defaultValue = "3", description = "Alternations. Default: ${DEFAULT-VALUE}")
    private int turns;

    @Option(names = "--java-option", defaultValue = "-Xmx1g", description = "Of the service. Default: ${DEFAULT-VALUE}")
    private List<String> javaOptions = List.of();

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
        Path folder = Files.createTempDirectory("federation-bench");
        try (Federation federation = Federation.start(service, javaOptions, folder)) {
            Rounds measuring = new Rounds(federation, System.getProperty("java.class.path"), SKIPPED);
            for (Cell cell : cells) {
                told("warm", cell, measuring.run("warm-" + name(cell), cell, warmUp));
            }
            Map<Cell, List<Rounds.Measured>> measured = new LinkedHashMap<>();
            for (int turn = 0; turn < turns; turn++) {
                for (Cell cell : cells) {
                    String name = "turn-" + turn + "-" + name(cell);
                    Rounds.Measured one = measuring.run(name, cell, rounds);
                    told("measured", cell, one);
                    measured.computeIfAbsent(cell, _ -> new ArrayList<>()).add(one);
                }
            }
            List<BenchLine> lines = new ArrayList<>();
            measured.forEach((cell, turnsOfCell) -> lines.add(line(cell, turnsOfCell)));
            BenchLine.print(out, lines, json);
        }
        return 0;
    }

    private static String name(Cell cell) {
        return cell.devices() + "-" + cell.values();
    }

    private static BenchLine line(Cell cell, List<Rounds.Measured> measured) {
        double median = measured.stream()
                .map(Rounds.Measured::median)
                .sorted(Comparator.naturalOrder())
                .skip((measured.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
        String work = "round, " + cell + ", p50";
        return cell.goal() > 0
                ? BenchLine.atMost(SUITE, work, "ms", median, cell.goal())
                : BenchLine.alone(SUITE, work, "ms", median);
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
