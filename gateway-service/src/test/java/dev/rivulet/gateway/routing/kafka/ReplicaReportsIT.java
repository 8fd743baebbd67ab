// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Choice;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The table on a real broker, which is taken away in the last test. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaReportsIT {

    private static final String TOPIC =
            EventType.REPLICA_STATUS_REPORTED.topic().name();
    private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 4, TOPIC);
    private static GatewayFixture gateway;
    private static KafkaProducer<byte[], byte[]> producer;

    private StubReplica replica;

    @BeforeAll
    static void start() {
        BROKER.afterPropertiesSet();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.getBrokersAsString(), "max.block.ms", "5000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        gateway = GatewayFixture.startOn(BROKER.getBrokersAsString(), "spring.cloud.bus.enabled=false");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        producer.close(Duration.ZERO);
        BROKER.destroy();
    }

    @BeforeEach
    void join() {
        replica = StubReplica.start("replica-" + UUID.randomUUID());
    }

    @AfterEach
    void leave() {
        replica.close();
    }

    @Test
    @Order(1)
    void aReportBringsAReplicaInAndATombstoneTakesItOut() throws Exception {
        assertThat(ready()).isEqualTo(503);
        followed();
        report(1, ModelState.MODEL_STATE_READY);
        await().atMost(Duration.ofSeconds(30)).until(this::isChosen);
        assertThat(gateway.get("/v1/models").body()).contains("\"id\":\"m\"");
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(ready()).isEqualTo(200);
        send(replica.id(), Map.of(), null);
        await().atMost(Duration.ofSeconds(30)).until(() -> choose() instanceof Choice.NoReplica);
        assertThat(ready()).isEqualTo(503);
    }

    @Test
    @Order(2)
    void anOlderReportIsPassedOver() throws Exception {
        report(5, ModelState.MODEL_STATE_READY);
        await().until(this::isChosen);
        report(4, ModelState.MODEL_STATE_FAILED);
        report(6, ModelState.MODEL_STATE_LOADING);
        await().until(() -> choose() instanceof Choice.Loading);
        assertThat(gateway.chat(GatewayFixture.WHOLE).body()).contains("model_loading");
        send(replica.id(), Map.of(), null);
    }

    @Test
    @Order(3)
    void recordsThatCannotBeReadAreCountedAndHoldNothingUp() throws Exception {
        var malformed = gateway.bean(MeterRegistry.class)
                .get("rivulet.gateway.events.malformed")
                .tag("topic", TOPIC)
                .counter();
        double before = malformed.count();
        send("x", Map.of(), "no headers".getBytes(StandardCharsets.UTF_8));
        send(
                "x",
                status(1, ModelState.MODEL_STATE_READY, "file:///etc").headers(),
                status(1, ModelState.MODEL_STATE_READY, "file:///etc").value());
        send("x", status(1, ModelState.MODEL_STATE_READY, "http://h:1").headers(), new byte[] {1, 2, 3});
        report(1, ModelState.MODEL_STATE_READY);
        await().until(this::isChosen);
        await().until(() -> malformed.count() == before + 3);
        send(replica.id(), Map.of(), null);
    }

    @Test
    @Order(4)
    void withoutABrokerTheTableStaysAsLongAsTheReplicasAnswer() throws Exception {
        report(1, ModelState.MODEL_STATE_READY);
        await().until(this::isChosen);
        BROKER.destroy();
        await().atMost(Duration.ofSeconds(60)).until(() -> replica.probes.get() >= 3);
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        replica.close();
        await().atMost(Duration.ofSeconds(60)).until(() -> choose() instanceof Choice.NoReplica);
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(503);
    }

    /** A gateway that has just started reads from the present on: what was sent a moment before is told again in a second. */
    private void followed() throws Exception {
        AtomicLong sequence = new AtomicLong();
        await().pollInterval(Duration.ofMillis(500)).until(() -> {
            report(sequence.incrementAndGet(), ModelState.MODEL_STATE_READY);
            return isChosen();
        });
        send(replica.id(), Map.of(), null);
        await().until(() -> choose() instanceof Choice.NoReplica);
        leave();
        join();
    }

    private boolean isChosen() {
        return choose() instanceof Choice.Chosen chosen && chosen.replica().id().equals(replica.id());
    }

    private static Choice choose() {
        return gateway.routes().choose("m", Set.of());
    }

    private static int ready() throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url("/actuator/health/readiness")))
                .statusCode();
    }

    private void report(long sequence, ModelState state) throws Exception {
        Event<ReplicaStatusReported> event =
                status(sequence, state, replica.url().toString());
        send(replica.id(), event.headers(), event.value());
    }

    private Event<ReplicaStatusReported> status(long sequence, ModelState state, String url) {
        Timestamp started = Timestamp.newBuilder()
                .setSeconds(replica.startedAt().getEpochSecond())
                .setNanos(replica.startedAt().getNano())
                .build();
        ReplicaStatusReported status = ReplicaStatusReported.newBuilder()
                .setReplica(replica.id())
                .setUrl(url)
                .setSequence(sequence)
                .setStartedAt(started)
                .addModels(
                        ServedModel.newBuilder().setModel("m").setVersion("1").setState(state))
                .build();
        return new Event<>(
                UUID.randomUUID().toString(),
                "/inference-service/" + replica.id(),
                EventType.REPLICA_STATUS_REPORTED,
                replica.id(),
                Instant.now(),
                null,
                status);
    }

    private static void send(String key, Map<String, byte[]> headers, byte @Nullable [] value) throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(TOPIC, key.getBytes(StandardCharsets.UTF_8), value);
        headers.forEach(record.headers()::add);
        producer.send(record).get(60, TimeUnit.SECONDS);
    }
}
