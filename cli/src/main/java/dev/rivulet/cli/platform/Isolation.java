// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps Ctrl-C of a terminal away from child processes, so that they are stopped in order and not all at once. The
 * process id stays that of the program: every word of the prefix replaces itself by the next.
 */
final class Isolation {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private Isolation() {}

    /** Words to put before a command. */
    static List<String> prefix() {
        return SETSID.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(setsid -> List.of(setsid.toString()))
                .orElse(List.of("sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "sh"));
    }
}
