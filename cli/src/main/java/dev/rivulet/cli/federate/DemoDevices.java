// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.startup.Jvm;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A demonstration's devices in a JVM of their own, which is told and tells JSON, a line each; it ends when this one does. */
public final class DemoDevices implements AutoCloseable {
    private static final String JAR = "buildings/target/buildings.jar";
    private static final int END_SECONDS = 5;

    private final Process process;
    private final BufferedWriter tells;
    private final BufferedReader told;

    private DemoDevices(Process process) {
        this.process = process;
        this.tells = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.told = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The program, which must have been built. */
    static Path jar(Path checkout) {
        Path jar = checkout.resolve(JAR);
        if (!Files.exists(jar)) {
            throw new UsageException(
                    jar + " is missing: build it with mvn package -pl buildings -am -Dquick -Dmaven.test.skip=true");
        }
        return jar;
    }

    /** Begins to prepare what the devices learn from. */
    static DemoDevices start(Path checkout, int devices, long seed) throws IOException {
        Path models = checkout.resolve("models");
        if (!Files.isDirectory(models.resolve("artefacts/rivulet-intent"))) {
            throw new UsageException(models.resolve("artefacts/rivulet-intent")
                    + " is missing: the demonstration needs the built-in classifier. Check out models/ too.");
        }
        return start(
                checkout,
                "dev.rivulet.buildings.demo.DemoProgram",
                List.of("--models", models.toString(), "--devices", "" + devices, "--seed", "" + seed));
    }

    /**
     * Starts another program of theirs.
     *
     * @param program its main class
     */
    public static DemoDevices start(Path checkout, String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(new Jvm("512m", List.of()).words());
        command.addAll(List.of("-cp", jar(checkout).toString(), program));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        DemoDevices started = new DemoDevices(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "stop devices"));
        return started;
    }

    /** Tells a line. */
    public void tell(Map<String, ?> line) throws IOException {
        tells.write(JsonMapper.shared().writeValueAsString(line));
        tells.newLine();
        tells.flush();
    }

    /** Waits for what the devices say of that kind. */
    public JsonNode said(String kind) throws IOException {
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (line.startsWith("{")) {
                JsonNode said = JsonMapper.shared().readTree(line);
                if (said.path("said").asString("").equals(kind)) {
                    return said;
                }
            }
        }
        throw new UsageException("The devices ended before they were " + kind + "; what they said is above.");
    }

    @Override
    public void close() {
        try {
            tells.close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
