// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.rivulet.console.TestConsole;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** From a record on a real broker to the browser's event stream. */
@Timeout(300)
class ReplicaStatusIT {

    private static final String TOPIC =
            EventType.REPLICA_STATUS_REPORTED.topic().name();
    private static EmbeddedKafkaKraftBroker broker;
    private static TestConsole console;

    @BeforeAll
    static void start() {
        broker = new EmbeddedKafkaKraftBroker(1, 4, TOPIC);
        broker.afterPropertiesSet();
        console = TestConsole.start(
                "spring.cloud.function.definition",
                "replicaStatus",
                "spring.cloud.stream.kafka.binder.brokers",
                broker.getBrokersAsString());
    }

    @AfterAll
    static void stop() {
        console.close();
        broker.destroy();
    }

    private static void report(String replica, long sequence) {
        Instant now = Instant.now();
        Event<ReplicaStatusReported> event = new Event<>(
                replica + sequence,
                "/inference-service",
                EventType.REPLICA_STATUS_REPORTED,
                replica,
                now,
                null,
                ReplicaStatusReported.newBuilder()
                        .setReplica(replica)
                        .setUrl("http://127.0.0.1:7103")
                        .setSequence(sequence)
                        .setStartedAt(Timestamp.newBuilder().setSeconds(1))
                        .build());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TOPIC, event.key(), event.value());
        event.headers().forEach((name, value) -> record.headers().add(name, value));
        send(record);
    }

    private static void send(ProducerRecord<byte[], byte[]> record) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.getBrokersAsString());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record);
        }
    }

    @Test
    void showsWhatReplicasReportUntilTheyAreGone() {
        ReplicaBoard board = console.bean(ReplicaBoard.class);
        report("replica-1", 1);
        report("replica-2", 1);
        await().atMost(Duration.ofSeconds(120)).until(() -> board.replicas().size() == 2);

        send(new ProducerRecord<>(TOPIC, "replica-1".getBytes(StandardCharsets.UTF_8), null));

        await().atMost(Duration.ofSeconds(30)).until(() -> board.replicas().size() == 1);
        assertThat(board.replicas()).extracting(Replica::id).containsExactly("replica-2");
    }

    @Test
    void tellsABrowserWithinAnInterval() throws Exception {
        report("replica-3", 1);
        try (HttpClient client = HttpClient.newHttpClient()) {
            var response = client.send(
                    HttpRequest.newBuilder(URI.create(console.url() + "/api/replicas/stream"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.lines()
                                .filter(line -> line.contains("\"id\":\"replica-3\""))
                                .findFirst())
                        .get()
                        .asString()
                        .startsWith("data:[");
            }
        }
    }
}
