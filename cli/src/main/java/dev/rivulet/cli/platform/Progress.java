// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells a person what happens, one line a fact. */
final class Progress {
    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    void ready(String part, Duration time, String address) {
        say(String.format(Locale.ROOT, "✓ %-18s ready in %5s s   %s", part, seconds(time), address));
    }

    void done(String what, String result) {
        say(String.format(Locale.ROOT, "✓ %-18s %s", what, result));
    }

    void skipped(String what, String why) {
        say(String.format(Locale.ROOT, "– %-18s %s", what, why));
    }

    void failed(String what, String why) {
        say(String.format(Locale.ROOT, "✗ %-18s %s", what, why));
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }
}
