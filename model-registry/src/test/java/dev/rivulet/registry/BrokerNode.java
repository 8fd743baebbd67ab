// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One node of a cluster, broker and controller at once, in this JVM or, by {@link #main}, in one of its own. Topics of a cluster
 * of three have three copies, two of which must have a record before it counts as written.
 *
 * @param folder its data
 * @param index 0 for the first
 */
record BrokerNode(Path folder, int index, Cluster cluster) {

    /**
     * Who belongs together.
     *
     * @param ports for clients
     * @param controllers ports for the nodes among themselves
     */
    record Cluster(String id, List<Integer> ports, List<Integer> controllers) {

        /** So many nodes on free ports of this machine. */
        static Cluster of(int nodes) {
            return new Cluster(Uuid.randomUuid().toString(), freePorts(nodes), freePorts(nodes));
        }

        /** Where clients find it. */
        String addresses() {
            return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        }

        /** As arguments of {@link BrokerNode#main}, after folder and index. */
        List<String> arguments() {
            return Stream.concat(
                            Stream.of(id),
                            Stream.concat(ports.stream(), controllers.stream()).map(String::valueOf))
                    .toList();
        }
    }

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        List<Integer> numbers =
                Stream.of(arguments).skip(3).map(Integer::valueOf).toList();
        int nodes = numbers.size() / 2;
        Cluster cluster = new Cluster(arguments[2], numbers.subList(0, nodes), numbers.subList(nodes, numbers.size()));
        new BrokerNode(Path.of(arguments[0]), Integer.parseInt(arguments[1]), cluster)
                .start()
                .awaitShutdown();
    }

    /** Starts it here; the first time with an empty log. */
    KafkaRaftServer start() throws Exception {
        if (!Files.exists(folder.resolve("meta.properties"))) {
            Broker.format(folder, index + 1, cluster.id());
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties(), false), Time.SYSTEM);
        server.startup();
        return server;
    }

    /** As the broker of other tests, but for what belongs to a node of several. */
    private Properties properties() {
        int nodes = cluster.ports().size();
        int port = cluster.ports().get(index);
        String copies = Integer.toString(Math.min(3, nodes));
        String inSync = Integer.toString(Math.min(2, nodes));
        Properties properties = new Broker(folder).properties();
        properties.put("node.id", Integer.toString(index + 1));
        properties.put(
                "controller.quorum.voters",
                IntStream.range(0, nodes)
                        .mapToObj(node ->
                                node + 1 + "@127.0.0.1:" + cluster.controllers().get(node))
                        .collect(Collectors.joining(",")));
        properties.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:"
                        + cluster.controllers().get(index));
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("default.replication.factor", copies);
        properties.put("min.insync.replicas", inSync);
        properties.put("offsets.topic.replication.factor", copies);
        properties.put("transaction.state.log.replication.factor", copies);
        properties.put("transaction.state.log.min.isr", inSync);
        return properties;
    }

    private static List<Integer> freePorts(int count) {
        return IntStream.range(0, count).mapToObj(_ -> freePort()).toList();
    }

    /** A port that nobody listens at now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
