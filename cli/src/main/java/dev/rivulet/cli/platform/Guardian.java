// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process that outlives a killed {@code up} just long enough to stop what it had started. It holds one end
 * of a pipe; when the other end breaks, however this process died, it stops every process it was told of.
 */
final class Guardian implements AutoCloseable {
    private static final int END_SECONDS = 5;

    private final Path run;
    private final Map<Long, String> signals = new LinkedHashMap<>();
    private @Nullable Process shell;
    private @Nullable BufferedWriter line;

    /**
     * @param run folder of the records that lose their meaning when everything is stopped
     */
    Guardian(Path run) {
        this.run = run;
    }

    /** Process id of the shell, or -1 while there is none. */
    synchronized long pid() {
        return shell == null ? -1 : shell.pid();
    }

    /** Tells of a process that is to be stopped by a signal if this process dies. */
    synchronized void add(long pid, String signal) {
        signals.put(pid, signal);
        if (!tell("+ " + pid + " " + signal)) {
            start();
        }
    }

    /** Tells that a process has ended. */
    synchronized void remove(long pid) {
        signals.remove(pid);
        tell("- " + pid);
    }

    /** Tells that everything is stopped, and waits for the shell to end. */
    @Override
    public synchronized void close() {
        Process running = shell;
        if (running == null) {
            return;
        }
        tell(".");
        try {
            if (!running.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        shell = null;
        line = null;
    }

    private boolean tell(String words) {
        BufferedWriter writer = line;
        if (writer == null) {
            return false;
        }
        try {
            writer.write(words + "\n");
            writer.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void start() {
        try {
            List<String> command = new ArrayList<>(Isolation.prefix());
            command.addAll(List.of("bash", "-c", script(), "rivulet-guardian", run.toString()));
            Process started = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            shell = started;
            line = new BufferedWriter(new OutputStreamWriter(started.getOutputStream(), StandardCharsets.UTF_8));
            signals.forEach((pid, signal) -> tell("+ " + pid + " " + signal));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start bash, which stops the parts if this process is killed", e);
        }
    }

    private static String script() throws IOException {
        try (InputStream script = Guardian.class.getResourceAsStream("guardian.sh")) {
            if (script == null) {
                throw new IOException("guardian.sh is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
