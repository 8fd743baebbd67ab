// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.Capability;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.inference.contract.ReplicaStatus;
import dev.rivulet.inference.contract.ReplicaStatus.Served;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** A status as a record of {@code inference.replica.status}. */
final class StatusEvents {

    /** One that the event has no name for is left out: without a report the replica would get no work at all. */
    private static final Map<String, Capability> CAPABILITIES = Arrays.stream(Capability.values())
            .filter(one -> one != Capability.UNRECOGNIZED)
            .collect(Collectors.toUnmodifiableMap(Capability::name, one -> one));

    private StatusEvents() {}

    static Message<byte[]> message(ReplicaStatus status) {
        Event<ReplicaStatusReported> event = new Event<>(
                UUID.randomUUID().toString(),
                "/inference-service/" + status.replica(),
                EventType.REPLICA_STATUS_REPORTED,
                status.replica(),
                Instant.parse(status.reportedAt()),
                null,
                payload(status));
        MessageBuilder<byte[]> message = MessageBuilder.withPayload(event.value());
        event.headers().forEach(message::setHeader);
        return message.setHeader(KafkaHeaders.KEY, event.key()).build();
    }

    private static ReplicaStatusReported payload(ReplicaStatus status) {
        ReplicaStatusReported.Builder payload = ReplicaStatusReported.newBuilder()
                .setReplica(status.replica())
                .setUrl(status.url())
                .setSequence(status.sequence())
                .setStartedAt(timestamp(status.startedAt()))
                .setReportedAt(timestamp(status.reportedAt()))
                .setDraining(status.draining())
                .setDevice(status.device())
                .setMemoryBytes(status.memoryBytes());
        status.models().forEach(model -> payload.addModels(model(model)));
        return payload.build();
    }

    private static ServedModel model(Served served) {
        ServedModel.Builder model = ServedModel.newBuilder()
                .setModel(served.model())
                .setVersion(served.version())
                .setState(ModelState.valueOf("MODEL_STATE_" + served.state()))
                .setContextLength(served.contextLength())
                .setSlots(served.slots())
                .setSlotsActive(served.slotsActive())
                .setSlotsParked(served.slotsParked())
                .setQueued(served.queued())
                .setOutstandingTokens(served.outstandingTokens())
                .setTokensPerSecond(served.tokensPerSecond());
        served.capabilities().stream()
                .map(one -> CAPABILITIES.get("CAPABILITY_" + one))
                .filter(Objects::nonNull)
                .forEach(model::addCapabilities);
        if (served.problem() != null) {
            model.setProblem(served.problem());
        }
        return model.build();
    }

    private static Timestamp timestamp(String instant) {
        Instant parsed = Instant.parse(instant);
        return Timestamp.newBuilder()
                .setSeconds(parsed.getEpochSecond())
                .setNanos(parsed.getNano())
                .build();
    }
}
