// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.simulation;

import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.simulation.AsynchronousSimulation;
import dev.rivulet.federated.simulation.FleetSimulation;
import dev.rivulet.federated.simulation.Participation;
import dev.rivulet.federated.simulation.Synthetic;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Simulates each strategy under each attack and prints a line for each pair. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Virtual devices against the federation's own aggregation, in simulated time. A seed repeats exactly.")
public final class SimulateProgram implements Callable<Integer> {
    private static final int MOST_DEVICES = 100_000;
    private static final double MEGA = 1 << 20;

    @Option(names = "--devices", defaultValue = "1000", description = "Of the whole fleet.")
    private int devices;

    @Option(names = "--cohort", defaultValue = "50", description = "Updates that a round wants.")
    private int cohort;

    @Option(names = "--rounds", defaultValue = "30", description = "In mode async: simulated seconds / 10.")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Of everything.")
    private long seed;

    @Option(names = "--data", defaultValue = "leaf", description = "leaf: Synthetic(α, β); iid: alike; buildings.")
    private String data = "leaf";

    @Option(names = "--alpha", defaultValue = "0", description = "How much models differ (leaf).")
    private double alpha;

    @Option(names = "--beta", defaultValue = "0", description = "How much examples differ (leaf).")
    private double beta;

    @Option(names = "--most-examples", defaultValue = "200", description = "Of a device (leaf, iid).")
    private int mostExamples;

    @Option(names = "--strategies", split = ",", defaultValue = "fedavg", description = "See the documentation.")
    private List<String> strategies = List.of();

    @Option(
            names = "--attacks",
            split = ",",
            defaultValue = "none",
            description = "none, sign-flip, replacement, label-flip, sybils.")
    private List<String> attacks = List.of();

    @Option(names = "--dishonest", defaultValue = "0.2", description = "Share of the fleet that attacks.")
    private double dishonest;

    @Option(names = "--bound", defaultValue = "0.5", description = "Length that norm-bound leaves an update.")
    private double bound;

    @Option(names = "--dropout", defaultValue = "0", description = "Probability that a device gives no update.")
    private double dropout;

    @Option(names = "--stragglers", defaultValue = "0", description = "Share of slow devices.")
    private double stragglers;

    @Option(names = "--slowdown", defaultValue = "20", description = "How many times slower they are.")
    private double slowdown;

    @Option(names = "--over-selection", defaultValue = "1", description = "Devices asked for each update wanted.")
    private double overSelection;

    @Option(names = "--mode", defaultValue = "sync", description = "sync: rounds; async: updates at any time.")
    private String mode = "sync";

    @Option(names = "--epochs", defaultValue = "3", description = "Of a device's training.")
    private int epochs;

    @Option(names = "--batch", defaultValue = "10", description = "Of a device's training.")
    private int batch;

    @Option(names = "--rate", defaultValue = "0.05", description = "Of a device's training.")
    private float rate;

    @Option(names = "--models", defaultValue = "${sys:rivulet.models:-models}", description = "Folder models/.")
    private Path models = Path.of("models");

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private final PrintStream out;

    SimulateProgram(PrintStream out) {
        this.out = out;
    }

    /** See the type. */
    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new SimulateProgram(out))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("rivulet: " + (failure.getMessage() == null ? failure : failure.getMessage()));
                    return 2;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (devices < 1 || devices > MOST_DEVICES || rounds < 1) {
            throw new IllegalArgumentException("--devices is 1 to " + MOST_DEVICES + ", --rounds 1 or more");
        }
        Participation participation = new Participation(cohort, overSelection, dropout, stragglers, slowdown);
        Strategies known = new Strategies(cohort, (int) Math.ceil(dishonest * cohort), bound);
        Map<String, Strategy> wanted = new LinkedHashMap<>();
        strategies.forEach(name -> wanted.put(name, checked(name, known)));
        attacks.forEach(Attacks::named);
        Fleet fleet = fleet();
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%d devices, cohort %d, %d rounds, %s, seed %d%n%-13s %-12s %9s %7s %9s %8s %7s%n",
                    devices,
                    cohort,
                    rounds,
                    data,
                    seed,
                    "STRATEGY",
                    "ATTACK",
                    "ACCURACY",
                    "LOSS",
                    "COUNTED",
                    "LATE",
                    "SIM. S");
        }
        for (Map.Entry<String, Strategy> strategy : wanted.entrySet()) {
            for (String attack : attacks) {
                Result result = mode.equals("async")
                        ? asynchronous(fleet, strategy.getValue(), participation)
                        : inRounds(fleet, strategy.getValue(), attack, participation);
                tell(strategy.getKey(), attack, result);
            }
        }
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "heap %.0f MiB of at most %.0f%n",
                    usedHeap(),
                    Runtime.getRuntime().maxMemory() / MEGA);
        }
        return 0;
    }

    private Strategy checked(String name, Strategies known) {
        boolean async = Strategies.AT_ANY_TIME.contains(name);
        if (!mode.equals("sync") && !mode.equals("async")) {
            throw new IllegalArgumentException("--mode is sync or async");
        }
        if (async != mode.equals("async")) {
            throw new IllegalArgumentException(
                    name + " is for mode " + (async ? "async" : "sync") + ", not for " + mode);
        }
        if (async && !attacks.equals(List.of("none"))) {
            throw new IllegalArgumentException("attacks are simulated in mode sync alone");
        }
        return known.named(name);
    }

    private Fleet fleet() throws IOException {
        return switch (data) {
            case "leaf" -> Fleet.of(new Synthetic(alpha, beta, false, devices, mostExamples), seed);
            case "iid" -> Fleet.of(new Synthetic(0, 0, true, devices, mostExamples), seed);
            case "buildings" -> Fleet.ofBuildings(models, devices, seed);
            default -> throw new IllegalArgumentException("--data is leaf, iid or buildings");
        };
    }

    private record Result(Evaluation evaluation, long counted, long late, double seconds) {}

    private Result inRounds(Fleet fleet, Strategy strategy, String attack, Participation participation)
            throws InterruptedException {
        FleetSimulation.Setup setup = new FleetSimulation.Setup(
                fleet.network(),
                strategy,
                new LocalTraining(epochs, batch, rate, 0),
                participation,
                Attacks.named(attack),
                attack.equals("none") ? 0 : dishonest);
        FleetSimulation simulation = new FleetSimulation(fleet.devices(), setup, fleet.start(), seed);
        long counted = 0;
        long late = 0;
        double seconds = 0;
        for (int round = 0; round < rounds; round++) {
            FleetSimulation.Round done = simulation.round();
            counted += done.counted();
            late += done.late();
            seconds += done.seconds();
        }
        return new Result(simulation.evaluate(), counted, late, seconds);
    }

    private Result asynchronous(Fleet fleet, Strategy strategy, Participation participation) {
        List<Double> times = new ArrayList<>();
        for (int k = 0; k < devices; k++) {
            times.add(participation.seconds(seed, k, (long) epochs * mostExamples));
        }
        AsynchronousSimulation simulation = new AsynchronousSimulation(
                fleet.devices(),
                new AsynchronousSimulation.Setup(
                        fleet.network(), strategy, new LocalTraining(epochs, batch, rate, 0), times, cohort),
                fleet.start(),
                seed);
        simulation.runUntil(10.0 * rounds);
        return new Result(simulation.evaluate(), simulation.state().version(), simulation.stale(), 10.0 * rounds);
    }

    private void tell(String strategy, String attack, Result result) {
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-13s %-12s %9.3f %7.3f %9d %8d %7.0f%n",
                    strategy,
                    attack,
                    result.evaluation().accuracy(),
                    result.evaluation().loss(),
                    result.counted(),
                    result.late(),
                    result.seconds());
            out.flush();
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("strategy", strategy);
        fields.put("attack", attack);
        fields.put("accuracy", result.evaluation().accuracy());
        fields.put("loss", result.evaluation().loss());
        fields.put("counted", result.counted());
        fields.put("late", result.late());
        fields.put("simulated_seconds", result.seconds());
        out.println(JsonMapper.shared().writeValueAsString(fields));
        out.flush();
    }

    private static double usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / MEGA;
    }
}
