// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** A real broker in this JVM that can be stopped and started again, on the same port and with the same data. */
public final class Broker {

    /** As our own brokers are: who is silent in a group is missed within seconds, so that readers let the broker assign partitions. */
    private static final Map<String, String> SOON_MISSED = Map.of(
            "group.consumer.min.session.timeout.ms", "6000",
            "group.consumer.session.timeout.ms", "6000",
            "group.consumer.min.heartbeat.interval.ms", "1500",
            "group.consumer.heartbeat.interval.ms", "1500");

    private final Path folder;
    private final int port = freePort();
    private final int controllerPort = freePort();
    private final int securePort = freePort();
    private final @Nullable BrokerCertificate certificate;
    private final Map<String, String> more = new TreeMap<>(SOON_MISSED);
    private @Nullable KafkaRaftServer server;

    public Broker(Path folder) {
        this(folder, null);
    }

    /**
     * @param certificate if there is one, the broker also listens for clients who say who they are, and asks for their rights;
     *     whoever comes to {@link #address()} is its operator
     */
    Broker(Path folder, @Nullable BrokerCertificate certificate) {
        this.folder = folder;
        this.certificate = certificate;
    }

    /** As Kafka is unless somebody sets it: a silent member of a group that the broker assigns is missed after 45 s. */
    Broker asShipped() {
        more.clear();
        return this;
    }

    /** Where clients find it that show a user and a password. */
    public String secureAddress() {
        return "127.0.0.1:" + securePort;
    }

    /** Where clients find it. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Starts it; the first time with an empty log. */
    public void start() {
        try {
            Properties properties = properties();
            if (!Files.exists(folder.resolve("meta.properties"))) {
                format(folder, 1, Uuid.randomUuid().toString());
            }
            KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            starting.startup();
            server = starting;
        } catch (Exception e) {
            throw new IllegalStateException("The broker can't start", e);
        }
    }

    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Makes the folder of a node of a cluster. */
    static void format(Path folder, int node, String cluster) throws Exception {
        Files.createDirectories(folder);
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter
                .setNodeId(node)
                .setClusterId(cluster)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .run();
    }

    /** How it is set up. */
    Properties properties() {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("controlled.shutdown.enable", "false");
        properties.putAll(more);
        if (certificate != null) {
            secure(properties, certificate);
        }
        return properties;
    }

    private void secure(Properties properties, BrokerCertificate certificate) {
        properties.put("listeners", properties.get("listeners") + ",SECURE://127.0.0.1:" + securePort);
        properties.put("advertised.listeners", properties.get("advertised.listeners") + ",SECURE://" + secureAddress());
        properties.put(
                "listener.security.protocol.map",
                properties.get("listener.security.protocol.map") + ",SECURE:SASL_SSL");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        properties.put("auto.create.topics.enable", "false");
        properties.put("transaction.state.log.num.partitions", "2");
        String listener = "listener.name.secure.";
        properties.put(listener + "sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                listener + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put(listener + "ssl.keystore.type", "PKCS12");
        properties.put(
                listener + "ssl.keystore.location", certificate.keystore().toString());
        properties.put(listener + "ssl.keystore.password", BrokerCertificate.PASSWORD);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
