// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program of the tests' class path in a JVM of its own, which a test may kill. */
public final class JavaProcess implements AutoCloseable {

    private final Class<?> program;
    private final Path log;
    private final Map<String, String> environment;
    private final List<String> wrapper;
    private @Nullable Process process;

    /** @param log where its output goes */
    public JavaProcess(Class<?> program, Path log, Map<String, String> environment) {
        this(program, log, environment, List.of());
    }

    /** @param wrapper a command that becomes the one that is put behind it */
    public JavaProcess(Class<?> program, Path log, Map<String, String> environment, List<String> wrapper) {
        this.wrapper = List.copyOf(wrapper);
        this.program = program;
        this.log = log;
        this.environment = environment;
    }

    /** Starts it and returns at once. */
    public void start(List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(program.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a program that isn't of Spring and tells of warnings alone. */
    public void startQuiet(int heapMegabytes, List<String> arguments) {
        start(
                List.of(
                        "-Xmx" + heapMegabytes + "m",
                        "-Dlogback.configurationFile=dev/rivulet/testsupport/process-log.xml"),
                arguments);
    }

    /** @throws IllegalStateException with the end of its log, if it has ended */
    public void requireAlive() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(program.getSimpleName() + " ended: " + tail());
        }
    }

    /** Ends it as SIGKILL does. */
    public void kill() {
        Process ending = process;
        if (ending != null) {
            ending.destroyForcibly().onExit().join();
        }
    }

    /** Lets it stand still, or go on. */
    public void freeze(boolean frozen) {
        Process running = process;
        if (running != null && running.isAlive()) {
            try {
                new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", Long.toString(running.pid()))
                        .start()
                        .onExit()
                        .join();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Makes it collect its garbage, and waits for that.
     *
     * @throws IllegalStateException if it does not run
     */
    public void collect() {
        requireAlive();
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process command = new ProcessBuilder(jcmd, Long.toString(pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (command.onExit().join().exitValue() != 0) {
                throw new IllegalStateException(program.getSimpleName() + " did not collect its garbage");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(program.getSimpleName() + " was never started");
        }
        return running.pid();
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
