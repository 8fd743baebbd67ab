// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A broker that asks who one is and what he may: at {@link #operator} everybody is its operator, at {@link #services} nobody. */
final class SecuredBroker implements AutoCloseable {
    private final int operatorPort = freePort();
    private final int servicesPort = freePort();
    private final KafkaRaftServer server;

    SecuredBroker(Path folder) throws Exception {
        Files.createDirectories(folder);
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        formatter
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .run();
        server = new KafkaRaftServer(new KafkaConfig(properties(folder), false), Time.SYSTEM);
        server.startup();
    }

    String operator() {
        return "127.0.0.1:" + operatorPort;
    }

    String services() {
        return "127.0.0.1:" + servicesPort;
    }

    private Properties properties(Path folder) {
        int controller = freePort();
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put(
                "listeners",
                "OPERATOR://" + operator() + ",SERVICES://" + services() + ",CONTROLLER://127.0.0.1:" + controller);
        properties.put("advertised.listeners", "OPERATOR://" + operator() + ",SERVICES://" + services());
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "OPERATOR");
        properties.put(
                "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,OPERATOR:PLAINTEXT,SERVICES:SASL_PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("auto.create.topics.enable", "false");
        properties.put("controlled.shutdown.enable", "false");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        properties.put("listener.name.services.sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.services.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        return properties;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
