// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds out which process listens on a port, as far as this user may know. */
final class PortOwner {
    private static final String LISTENING = "0A";
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int LSOF_SECONDS = 3;

    private PortOwner() {}

    /** Process id and name of the listener. */
    static Optional<String> find(int port) {
        Optional<Long> pid = Files.isDirectory(Path.of("/proc/self/fd")) ? fromProc(port) : fromLsof(port);
        return pid.map(id -> "process " + id
                + ProcessHandle.of(id)
                        .flatMap(process -> process.info().command())
                        .map(command -> " (" + command + ")")
                        .orElse(""));
    }

    private static Optional<Long> fromProc(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> inodes(Path.of(table), port))
                .flatMap(PortOwner::holders)
                .findFirst();
    }

    private static Stream<String> inodes(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(row -> row.length > INODE && row[1].endsWith(suffix) && row[STATE].equals(LISTENING))
                    .map(row -> row[INODE]);
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static Stream<Long> holders(String inode) {
        String socket = "socket:[" + inode + "]";
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> holds(pid, socket));
    }

    private static boolean holds(long pid, String socket) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> isLink(file, socket));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isLink(Path file, String target) {
        try {
            return Files.readSymbolicLink(file).toString().equals(target);
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<Long> fromLsof(int port) {
        try {
            Process lsof = new ProcessBuilder(List.of("lsof", "-nP", "-t", "-iTCP:" + port, "-sTCP:LISTEN"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!lsof.waitFor(LSOF_SECONDS, TimeUnit.SECONDS)) {
                lsof.destroyForcibly();
                return Optional.empty();
            }
            return lsof.inputReader().lines().findFirst().map(Long::valueOf);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
