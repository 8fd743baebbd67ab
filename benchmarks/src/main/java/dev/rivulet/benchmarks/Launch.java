// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Runs a program that measures: its arguments, its help, and a failure as one line and the exit code 1. */
public final class Launch {

    private Launch() {}

    /** @return the exit code */
    public static int run(Callable<Integer> program, String... arguments) {
        return new CommandLine(program)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getMessage() == null ? e.toString() : e.getMessage());
                    return 1;
                })
                .execute(arguments);
    }
}
