// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.kafka.support.KafkaNull;
import org.springframework.messaging.Message;

/** Reads {@code inference.replica.status} onto the board. A record that can't be read is told and passed over: the next comes in a second. */
final class ReplicaReports {

    private static final Logger log = LoggerFactory.getLogger(ReplicaReports.class);

    private final ReplicaBoard board;
    private final Clock clock;

    ReplicaReports(ReplicaBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    void read(Message<?> message) {
        switch (message.getPayload()) {
            case byte[] value when value.length > 0 -> take(message, value);
            case KafkaNull gone -> forget(message);
            case byte[] gone -> forget(message);
            default -> log.warn("A replica status of an unknown form was passed over");
        }
    }

    private void take(Message<?> message, byte[] value) {
        try {
            var event = Event.read(EventType.REPLICA_STATUS_REPORTED, message.getHeaders(), value);
            board.report(replica(event.data()), event.data().getSequence());
        } catch (MalformedEventException e) {
            log.warn("A replica status was passed over: {}", e.getMessage());
        }
    }

    private void forget(Message<?> message) {
        if (message.getHeaders().get(KafkaHeaders.RECEIVED_KEY) instanceof byte[] key) {
            board.remove(new String(key, UTF_8));
        }
    }

    private Replica replica(ReplicaStatusReported status) {
        return new Replica(
                status.getReplica(),
                status.getUrl(),
                instant(status.getStartedAt()),
                clock.instant(),
                false,
                status.getDraining(),
                status.getDevice(),
                status.getMemoryBytes(),
                status.getModelsList().stream().map(ReplicaReports::model).toList());
    }

    private static Replica.Model model(ServedModel model) {
        return new Replica.Model(
                model.getModel(),
                model.getVersion(),
                state(model.getState()),
                model.getContextLength(),
                model.getSlots(),
                model.getSlotsActive(),
                model.getSlotsParked(),
                model.getQueued(),
                model.getTokensPerSecond(),
                model.getProblem().isEmpty() ? null : model.getProblem());
    }

    private static String state(ModelState state) {
        if (state == ModelState.UNRECOGNIZED) {
            return "unknown";
        }
        return state.name().substring("MODEL_STATE_".length()).toLowerCase(Locale.ROOT);
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
