// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Runs a Kafka broker and its KRaft controller in this JVM, on the loopback address alone.
 *
 * <p>Arguments: data folder, port, controller port, and {@value #ONCE} if it is to stop as soon as it has started. Ends on
 * SIGTERM after a clean shutdown.
 */
public final class KafkaBroker {
    static final String ONCE = "once";

    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";

    private KafkaBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Properties properties = properties(data, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        format(data);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
        server.startup();
        if (arguments.length > 3 && arguments[3].equals(ONCE)) {
            server.shutdown();
        }
        server.awaitShutdown();
    }

    private static void format(Path data) throws Exception {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(data);
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        formatter
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName(CONTROLLER)
                .setMetadataLogDirectory(data.toString())
                .addDirectory(data.toString());
        formatter.run();
    }

    private static Properties properties(Path data, int port, int controllerPort) throws IOException {
        Properties properties = new Properties();
        try (var defaults = KafkaBroker.class.getResourceAsStream("broker.properties")) {
            properties.load(defaults);
        }
        properties.put("node.id", Integer.toString(NODE));
        properties.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        properties.put(
                "listeners", "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("log.dirs", data.toString());
        return properties;
    }
}
