// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.awaitility.Awaitility.await;

import dev.rivulet.testsupport.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** Brokers, each in a JVM of its own with 256 MB of heap, which a test may kill. */
final class BrokerCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int HEAP_MEGABYTES = 256;

    private final Path folder;
    private final BrokerNode.Cluster cluster;
    private final List<JavaProcess> nodes;

    BrokerCluster(Path folder, int nodes) {
        this.folder = folder;
        this.cluster = BrokerNode.Cluster.of(nodes);
        this.nodes = IntStream.range(0, nodes)
                .mapToObj(
                        node -> new JavaProcess(BrokerNode.class, folder.resolve("broker-" + node + ".log"), Map.of()))
                .toList();
    }

    /** Where clients find it. */
    String address() {
        return cluster.addresses();
    }

    int size() {
        return nodes.size();
    }

    /** Starts all that are not running and waits until all count. */
    void start() {
        IntStream.range(0, nodes.size()).forEach(this::begin);
        awaitAll();
    }

    /** Starts one and waits until all count. */
    void start(int node) {
        begin(node);
        awaitAll();
    }

    private void begin(int node) {
        List<String> arguments =
                new ArrayList<>(List.of(folder.resolve("kafka-" + node).toString(), Integer.toString(node)));
        arguments.addAll(cluster.arguments());
        nodes.get(node).startQuiet(HEAP_MEGABYTES, arguments);
    }

    void kill(int node) {
        nodes.get(node).kill();
    }

    /** All at once. */
    void kill() {
        nodes.forEach(JavaProcess::kill);
    }

    void freeze(boolean frozen) {
        nodes.forEach(node -> node.freeze(frozen));
    }

    /** @return which node leads the partition of a topic now */
    int leader(String topic, int partition) {
        return describe(topic).partitions().get(partition).leader().id() - 1;
    }

    TopicDescription describe(String topic) {
        try (Admin admin = admin()) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(20, TimeUnit.SECONDS)
                    .get(topic));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until every copy of a topic has everything. */
    void awaitInSync(String topic) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> describe(topic).partitions().stream()
                        .allMatch(partition -> partition.isr().size() == nodes.size()));
    }

    private void awaitAll() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .failFast("A broker ended", () -> nodes.forEach(JavaProcess::requireAlive))
                .ignoreExceptions()
                .until(() -> counted() == nodes.size());
    }

    private int counted() throws Exception {
        try (Admin admin = admin()) {
            return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers", address(), "request.timeout.ms", "5000", "default.api.timeout.ms", "10000"));
    }

    @Override
    public void close() {
        nodes.forEach(JavaProcess::close);
    }
}
