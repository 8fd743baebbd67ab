// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.Launch;
import dev.rivulet.benchmarks.gateway.Trial.Held;
import dev.rivulet.benchmarks.gateway.Trial.Seen;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What Rivulet's gateway adds to an upstream, beside nginx and LiteLLM, in alternation; medians of the rounds. */
@Command(
        name = "gateway-bench",
        mixinStandardHelpOptions = true,
        description = "What a gateway adds to an upstream that does no work: time, processor, memory.")
public final class GatewayBench implements Callable<Integer> {

    private static final int CLIENTS = 16;

    @Option(names = "--gateway", required = true, description = "The executable jar of gateway-service.")
    private Path gateway = Path.of("");

    @Option(names = "--nginx", description = "nginx, for a comparison.")
    private @Nullable String nginx;

    @Option(names = "--litellm", description = "LiteLLM's proxy, for a comparison.")
    private @Nullable String litellm;

    @Option(
            names = "--warm-up",
            defaultValue = "60",
            description = "Seconds of each kind of work at Rivulet's gateway before the first measurement, so that it "
                    + "is measured compiled; the others get a tenth. Default: ${DEFAULT-VALUE}")
    private int warmUp;

    @Option(names = "--seconds", defaultValue = "5", description = "Of a measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "Alternations. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--rate", defaultValue = "500", description = "Requests a second. Default: ${DEFAULT-VALUE}")
    private int rate;

    @Option(names = "--streams", defaultValue = "32", description = "Side by side. Default: ${DEFAULT-VALUE}")
    private int streams;

    @Option(names = "--idle", defaultValue = "5000", description = "Open and silent. Default: ${DEFAULT-VALUE}")
    private int idle;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    private final PrintStream out;

    GatewayBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return Launch.run(new GatewayBench(out), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("gateway-bench");
        List<Door> doors = new ArrayList<>();
        try (PacedUpstream upstream = new PacedUpstream(System::nanoTime)) {
            doors.add(Door.straight(upstream));
            Doors starting = new Doors(upstream, folder);
            doors.add(starting.rivulet(gateway));
            if (nginx != null) {
                doors.add(starting.nginx(nginx));
            }
            if (litellm != null) {
                doors.add(starting.litellm(litellm));
            }
            if (warmUp > 0) {
                warm(upstream, doors);
            }
            Trial trial = new Trial(upstream, System::nanoTime, Duration.ofSeconds(seconds));
            List<BenchLine> lines = new Report(measure(trial, doors), memory(trial, doors), rate, streams).lines();
            BenchLine.print(out, lines, json);
        } finally {
            for (Door door : doors) {
                door.close();
            }
        }
        return 0;
    }

    /** The medians of one door. */
    record Figures(Seen atRate, Seen closed, Seen streams) {}

    private void warm(PacedUpstream upstream, List<Door> doors) throws InterruptedException {
        for (Door door : doors) {
            Duration time = Duration.ofSeconds(warmUp).dividedBy(door.name().equals(Door.OURS) ? 1 : 10);
            Trial trial = new Trial(upstream, System::nanoTime, time);
            told(door, "warm, closed", trial.closed(door, CLIENTS));
            told(door, "warm, streams", trial.streams(door, streams));
            told(door, "warm, at rate", trial.atRate(door, rate));
        }
    }

    private Map<String, Figures> measure(Trial trial, List<Door> doors) throws InterruptedException {
        Map<String, List<Figures>> all = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Door door : doors) {
                Figures figures = new Figures(
                        told(door, "at rate", trial.atRate(door, rate)),
                        told(door, "closed", trial.closed(door, CLIENTS)),
                        told(door, "streams", trial.streams(door, streams)));
                all.computeIfAbsent(door.name(), name -> new ArrayList<>()).add(figures);
            }
        }
        Map<String, Figures> medians = new LinkedHashMap<>();
        all.forEach((name, each) -> medians.put(
                name,
                new Figures(
                        median(each.stream().map(Figures::atRate).toList()),
                        median(each.stream().map(Figures::closed).toList()),
                        median(each.stream().map(Figures::streams).toList()))));
        return medians;
    }

    private Map<String, Held> memory(Trial trial, List<Door> doors) throws InterruptedException {
        Map<String, Held> memory = new LinkedHashMap<>();
        for (Door door : doors) {
            if (idle > 0 && door.process() != null) {
                memory.put(door.name(), told(door, trial.idle(door, idle)));
            }
        }
        return memory;
    }

    private static Held told(Door door, Held held) {
        System.err.printf(
                "%-10s %6d silent streams  %6.0f MB, %6.0f MB without%n",
                door.name(), held.streams(), held.with(), held.before());
        return held;
    }

    private static Seen told(Door door, String work, Seen seen) {
        System.err.printf(
                "%-10s %-14s p50 %8.2f ms  p99 %8.2f ms  %6d done  %3d failed  %6.1f s  %8.1f us of processor each%n",
                door.name(),
                work,
                seen.p50(),
                seen.p99(),
                seen.done(),
                seen.failed(),
                seen.seconds(),
                1e6 * seen.processor() / seen.done());
        return seen;
    }

    /**
     * The middle of some rounds: of times each by itself, of what was done for how much processor that of one round, for the two
     * belong together.
     */
    static Seen median(List<Seen> seen) {
        Seen middle = seen.stream()
                .sorted(Comparator.comparingDouble(one -> one.processor() / one.done()))
                .skip((seen.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
        return new Seen(
                median(seen, Seen::p50),
                median(seen, Seen::p99),
                middle.done(),
                middle.seconds(),
                middle.processor(),
                seen.stream().mapToLong(Seen::failed).sum());
    }

    private static double median(List<Seen> seen, ToDoubleFunction<Seen> figure) {
        return seen.stream()
                .mapToDouble(figure)
                .sorted()
                .skip((seen.size() - 1) / 2)
                .findFirst()
                .orElse(Double.NaN);
    }
}
