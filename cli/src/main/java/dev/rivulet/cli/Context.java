package dev.rivulet.cli;

import dev.rivulet.cli.home.RivuletHome;
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

    /** Never shows the environment: it may hold secrets. */
    @Override
    public String toString() {
        return "Context[" + home.path() + "]";
    }
}
