// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import dev.rivulet.inference.Replica;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A replica in a process of its own, whose fake model takes its time, so that it can be killed in the middle of a job. */
public final class ReplicaProcess implements AutoCloseable {

    /** A prompt with a chunk of so many tokens kills the process that prefills it, except for those it warms up with. */
    static final int DEADLY_TOKENS = 60;

    private static final long STEP_NANOS = Duration.ofMillis(15).toNanos();

    private final List<String> command;
    private final File output;
    private Process process;

    ReplicaProcess(String brokers, String id, Path folder) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        this.command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                ReplicaProcess.class.getName(),
                brokers,
                id);
        this.output = folder.resolve(id + ".log").toFile();
        this.process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                .start();
    }

    /** Kills it with signal 9 and starts it anew. */
    void killAndStart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = launch();
    }

    /** Starts it anew if it has died by itself; says whether it had. */
    boolean startIfDead() throws IOException {
        boolean dead = !process.isAlive();
        if (dead) {
            process = launch();
        }
        return dead;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) {
        Thread warmsUp = Thread.currentThread();
        Replica.start(
                        "spring.kafka.bootstrap-servers=" + arguments[0],
                        "rivulet.replica.id=" + arguments[1],
                        "rivulet.jobs.in-flight=3")
                .serving(3, 24, step -> {
                    if (Thread.currentThread() != warmsUp && step.slot() >= 0 && step.tokens() >= DEADLY_TOKENS) {
                        Runtime.getRuntime().halt(137);
                    }
                    LockSupport.parkNanos(STEP_NANOS);
                });
    }
}
