// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a program that refuses to run as root is started by root: in a user namespace where root is nobody, or, where
 * namespaces are forbidden (many containers), as user nobody who keeps only the right to read and write root's files.
 *
 * @param prefix words before the program
 * @param owner the user id that must own the data folder, or -1 if it may stay as it is
 */
record NotRoot(List<String> prefix, int owner) {
    private static final int NOBODY = 65_534;
    private static final int PROBE_SECONDS = 5;

    /** Finds the way that works for this user on this machine. */
    static NotRoot find() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new NotRoot(List.of(), -1);
        }
        List<String> namespace = List.of("unshare", "-U");
        if (works(namespace)) {
            return new NotRoot(namespace, -1);
        }
        NotRoot nobody = nobody();
        if (works(nobody.prefix())) {
            return nobody;
        }
        throw new IOException(
                "PostgreSQL does not run as root, and neither a user namespace (unshare -U) nor a change of"
                        + " user (setpriv) is allowed here. Run ./rivulet as an ordinary user.");
    }

    static NotRoot nobody() {
        String rights = "-all,+dac_override";
        return new NotRoot(
                List.of(
                        "setpriv",
                        "--securebits=+no_setuid_fixup",
                        "--reuid=" + NOBODY,
                        "--regid=" + NOBODY,
                        "--clear-groups",
                        "--bounding-set=" + rights,
                        "--inh-caps=" + rights,
                        "--ambient-caps=" + rights),
                NOBODY);
    }

    /** The command that runs a program this way. */
    List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(program);
        return command;
    }

    /** Gives a folder, and what is in it, to the user that the program will run as. */
    void own(Path folder) throws IOException {
        if (owner < 0) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:uid", owner);
                Files.setAttribute(path, "unix:gid", owner);
            }
        }
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
