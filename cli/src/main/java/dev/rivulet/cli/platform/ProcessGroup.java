// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes of one {@code up}: none is started once stopping has begun, and none outlives this process. */
final class ProcessGroup implements AutoCloseable {
    private final Guardian guardian;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ProcessGroup(Guardian guardian) {
        this.guardian = guardian;
    }

    /**
     * Starts a process whose output goes to a file.
     *
     * @param signal the signal by which the process ends cleanly, for instance {@code TERM}
     * @throws StoppingException if stopping has begun
     */
    synchronized Process spawn(
            List<String> program, Map<String, String> environment, Path folder, File log, String signal)
            throws IOException {
        if (isStopping()) {
            throw new StoppingException();
        }
        List<String> command = new ArrayList<>(Isolation.prefix());
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(environment);
        Process process = builder.start();
        guardian.add(process.pid(), signal);
        process.onExit().thenAccept(ended -> guardian.remove(ended.pid())).exceptionally(failure -> null);
        return process;
    }

    boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Waits for a while, or until stopping begins. */
    void pause(Duration time) throws InterruptedException {
        if (stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new StoppingException();
        }
    }

    /** From now on nothing is started. */
    synchronized void beginStopping() {
        stopping.countDown();
    }

    /**
     * Asks a process to end, and kills it when it has not ended in time.
     *
     * @return whether it ended by itself
     */
    static boolean stop(ProcessHandle process, String signal, Duration time) throws InterruptedException {
        signal(process, signal);
        try {
            process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            return false;
        }
    }

    private static void signal(ProcessHandle process, String signal) throws InterruptedException {
        if ("TERM".equals(signal)) {
            process.destroy();
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(1, TimeUnit.SECONDS);
        } catch (IOException e) {
            process.destroy();
        }
    }

    /** Kills what is left, helpers of this process too. */
    @Override
    public void close() {
        beginStopping();
        List<ProcessHandle> left = ProcessHandle.current()
                .descendants()
                .filter(process -> process.pid() != guardian.pid())
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(process -> process.onExit()
                .orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(late -> process)
                .join());
        guardian.close();
    }

    /** The platform is being stopped. */
    static final class StoppingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppingException() {
            super("The platform is being stopped", null, false, false);
        }
    }
}
