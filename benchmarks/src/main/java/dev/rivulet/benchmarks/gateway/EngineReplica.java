// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of inference-service, without Kafka and a registry, that schedules on an engine which only takes time
 * ({@link PacedEngine}). The engine is put on its class path in a folder; one that is the same for all requests has no use for a
 * prefix cache, which is off.
 */
final class EngineReplica implements Overloaded {

    /** The engine with all that it is made of. */
    private static final List<Class<?>> CLASSES = List.of(PacedEngine.class, PacedDecoder.class, WordTokenizer.class);

    private final Door door;

    private EngineReplica(Door door) {
        this.door = door;
    }

    /**
     * Starts it.
     *
     * @param jar the executable jar of inference-service
     * @param options of inference-service, besides
     */
    static EngineReplica start(Path jar, int slots, List<String> options, Path folder)
            throws IOException, InterruptedException {
        Path classes = Files.createDirectory(folder.resolve("engine"));
        write(classes);
        int port = Doors.freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dloader.path=" + classes,
                "-cp",
                jar.toString(),
                "org.springframework.boot.loader.launch.PropertiesLauncher",
                "--server.port=" + port,
                "--spring.config.import=",
                "--spring.cloud.config.enabled=false",
                "--spring.cloud.bus.enabled=false",
                "--spring.cloud.function.definition=",
                "--spring.cloud.stream.function.autodetect=false",
                "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                "--rivulet.jobs.enabled=false",
                "--rivulet.execution.cached-prefixes=0",
                "--rivulet.models.engine=" + PacedEngine.NAME,
                "--rivulet.models.slots=" + slots,
                "--rivulet.models.folders." + PacedUpstream.MODEL + "=" + classes));
        command.addAll(options);
        return new EngineReplica(Door.start("replica", port, "none", command, folder.resolve("replica.log")));
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    @Override
    public int port() {
        return door.port();
    }

    @Override
    public boolean knowsKeys() {
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        door.close();
    }

    /** Writes the engine out, so that another process can load it. */
    static void write(Path classes) throws IOException {
        for (Class<?> outer : CLASSES) {
            write(outer, classes);
            for (Class<?> inner : outer.getDeclaredClasses()) {
                write(inner, classes);
            }
        }
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(Engine.class.getName()), PacedEngine.class.getName() + "\n");
    }

    private static void write(Class<?> one, Path classes) throws IOException {
        String name = one.getName().replace('.', '/') + ".class";
        Path file = classes.resolve(name);
        Files.createDirectories(file.getParent());
        try (InputStream bytes = one.getClassLoader().getResourceAsStream(name)) {
            if (bytes == null) {
                throw new IOException(name + " is not on the class path");
            }
            Files.copy(bytes, file);
        }
    }
}
