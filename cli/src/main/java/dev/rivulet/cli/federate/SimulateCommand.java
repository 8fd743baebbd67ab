// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.startup.Jvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the simulator in a JVM of its own; its options are the simulator's. */
@Command(
        name = "simulate",
        description = {
            "Thousands of virtual devices against the federation's own aggregation, in simulated time and seeded: stragglers,",
            "dropouts, attackers, skewed data. Nothing needs to run. All options are handed on; these are usual:",
            "",
            "  --devices 10000 --cohort 200 --rounds 30 --seed 1",
            "  --data leaf|buildings --alpha 0.5 --beta 0.5",
            "  --strategies fedavg,median,krum --attacks none,sign-flip,replacement,label-flip,sybils --dishonest 0.2",
            "  --dropout 0.05 --stragglers 0.1 --mode sync|async --json",
            "",
            "`./rivulet federate simulate -- --help` shows all with their defaults."
        })
public final class SimulateCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "OPTION", arity = "0..*", description = "Handed on to the simulator as they are.")
    private List<String> options = new ArrayList<>();

    public SimulateCommand(Context context) {
        this.context = context;
    }

    /** The command, which takes options that it does not know, in their order. */
    public static CommandLine commandLine(Context context) {
        return new CommandLine(new SimulateCommand(context)).setUnmatchedOptionsArePositionalParams(true);
    }

    /** What is handed on. */
    List<String> options() {
        return options;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(new Jvm("512m", List.of()).words());
        command.addAll(List.of(
                "-Drivulet.models=" + context.home().checkout().resolve("models"),
                "-cp",
                DemoDevices.jar(context.home().checkout()).toString(),
                "dev.rivulet.buildings.simulation.SimulateProgram"));
        command.addAll(options);
        Process process = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "stop simulation"));
        int exit = process.waitFor();
        if (exit != 0 && exit != 2) {
            throw new UsageException("The simulation failed; what it said is above.");
        }
        return exit;
    }
}
