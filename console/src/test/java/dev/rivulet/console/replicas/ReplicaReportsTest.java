// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.kafka.support.KafkaNull;
import org.springframework.messaging.support.GenericMessage;

class ReplicaReportsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final ReplicaBoard board = new ReplicaBoard(
            new ReplicaSettings(Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ofSeconds(1), 10), clock);
    private final ReplicaReports reports = new ReplicaReports(board, clock);

    private static Event<ReplicaStatusReported> status() {
        ServedModel model = ServedModel.newBuilder()
                .setModel("building-chat")
                .setVersion("1")
                .setState(ModelState.MODEL_STATE_READY)
                .setSlots(8)
                .setSlotsActive(3)
                .setTokensPerSecond(120.5)
                .build();
        ReplicaStatusReported data = ReplicaStatusReported.newBuilder()
                .setReplica("replica-1")
                .setUrl("http://127.0.0.1:7103")
                .setSequence(7)
                .setStartedAt(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - 60))
                .setDevice("cpu")
                .addModels(model)
                .build();
        return new Event<>(
                "id-1", "/inference-service", EventType.REPLICA_STATUS_REPORTED, "replica-1", NOW, null, data);
    }

    @Test
    void putsAReportOnTheBoard() {
        Event<ReplicaStatusReported> status = status();
        reports.read(new GenericMessage<>(status.value(), Map.copyOf(status.headers())));

        assertThat(board.replicas()).singleElement().satisfies(replica -> {
            assertThat(replica.id()).isEqualTo("replica-1");
            assertThat(replica.startedAt()).isEqualTo(NOW.minusSeconds(60));
            assertThat(replica.models())
                    .containsExactly(new Replica.Model("building-chat", "1", "ready", 0, 8, 3, 0, 0, 120.5, null));
        });
    }

    @Test
    void passesOverWhatIsNoReport() {
        reports.read(new GenericMessage<>("text".getBytes(UTF_8)));
        reports.read(new GenericMessage<>(new byte[] {1, 2}, Map.copyOf(status().headers())));
        reports.read(new GenericMessage<>("text"));

        assertThat(board.replicas()).isEmpty();
    }

    @Test
    void takesAReplicaOffWhenItsRecordIsDeleted() {
        Event<ReplicaStatusReported> status = status();
        reports.read(new GenericMessage<>(status.value(), Map.copyOf(status.headers())));
        reports.read(new GenericMessage<>(KafkaNull.INSTANCE, Map.of(KafkaHeaders.RECEIVED_KEY, status.key())));

        assertThat(board.replicas()).isEmpty();
    }
}
