// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import dev.rivulet.cli.home.RivuletHome;
import java.io.Console;
import java.io.PrintStream;
import java.util.Map;

/**
 * What every command works with.
 *
 * @param home the installation
 * @param environment the environment of this process
 * @param out where results go
 * @param err where remarks and complaints go
 */
public record Context(RivuletHome home, Map<String, String> environment, PrintStream out, PrintStream err) {

    /** Whether results go to a terminal, where a line may be drawn over and coloured. */
    @SuppressWarnings("SystemConsoleNull") // the console is null or not a terminal, depending on the JDK
    public boolean onTerminal() {
        Console console = System.console();
        return out == System.out && console != null && console.isTerminal();
    }

    /** Never shows the environment: it may hold secrets. */
    @Override
    public String toString() {
        return "Context[" + home.path() + "]";
    }
}
