// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import dev.rivulet.cli.startup.AotCache;
import dev.rivulet.cli.startup.Jvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The broker as a program on this process's class path.
 *
 * @param jvm how its JVM is called
 * @param caches folder for its ahead-of-time cache
 */
public record KafkaProgram(Jvm jvm, Path caches) {

    /** The cache that fits the class path as it is now. */
    public AotCache cache() throws IOException {
        StringBuilder content = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path file = Path.of(entry);
            content.append(entry).append(' ');
            if (Files.exists(file)) {
                content.append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis());
            }
            content.append('\n');
        }
        Files.createDirectories(caches);
        return new AotCache(caches, jvm, content.toString());
    }

    /** What the JVM is to run. */
    public List<String> program(Path data, int port, int controllerPort) {
        return List.of(
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaBroker.class.getName(),
                data.toString(),
                Integer.toString(port),
                Integer.toString(controllerPort));
    }

    /** The same, ending by itself as soon as the broker has started. */
    public List<String> training(Path data, int port, int controllerPort) {
        List<String> training = new ArrayList<>(program(data, port, controllerPort));
        training.add(KafkaBroker.ONCE);
        return training;
    }
}
