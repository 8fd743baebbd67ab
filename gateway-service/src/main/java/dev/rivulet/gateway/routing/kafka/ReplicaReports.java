// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing.kafka;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.Capability;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;

/**
 * Takes each record of {@code inference.replica.status} into the routing table. A record that can't be read is counted and
 * left behind: the next one of its replica comes within a second and says everything again.
 */
final class ReplicaReports implements Consumer<Message<?>> {

    private static final Logger log = LoggerFactory.getLogger(ReplicaReports.class);

    private static final String CAPABILITY = "CAPABILITY_";

    private final Routes routes;
    private final Counter malformed;

    ReplicaReports(Routes routes, MeterRegistry meters) {
        this.routes = routes;
        this.malformed = Counter.builder("rivulet.gateway.events.malformed")
                .tag("topic", EventType.REPLICA_STATUS_REPORTED.topic().name())
                .description("Records that could not be read")
                .register(meters);
    }

    @Override
    public void accept(Message<?> message) {
        try {
            if (message.getPayload() instanceof byte[] value && value.length > 0) {
                routes.reported(replica(Event.read(EventType.REPLICA_STATUS_REPORTED, message.getHeaders(), value)
                        .data()));
            } else {
                tombstone(message.getHeaders().get(KafkaHeaders.RECEIVED_KEY));
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            malformed.increment();
            log.warn("A replica's report can't be read: {}", e.getMessage());
        }
    }

    private void tombstone(@Nullable Object key) {
        switch (key) {
            case byte[] bytes -> routes.left(new String(bytes, StandardCharsets.UTF_8));
            case String text -> routes.left(text);
            case null, default -> throw new MalformedEventException("a record with neither value nor key");
        }
    }

    private static Replica replica(ReplicaStatusReported status) {
        return new Replica(
                status.getReplica(),
                URI.create(status.getUrl()),
                instant(status.getStartedAt()),
                status.getSequence(),
                status.getDraining(),
                status.getModelsList().stream()
                        .filter(served -> state(served.getState()) != null)
                        .map(ReplicaReports::served)
                        .toList());
    }

    private static Served served(ServedModel served) {
        return new Served(
                served.getModel(),
                served.getVersion(),
                java.util.Objects.requireNonNull(state(served.getState())),
                served.getContextLength(),
                served.getOutstandingTokens(),
                capabilities(served));
    }

    /** Capabilities of a later release have no name here, and no path either. */
    private static Set<String> capabilities(ServedModel served) {
        return served.getCapabilitiesList().stream()
                .filter(one -> one != Capability.UNRECOGNIZED)
                .map(one -> one.name().substring(CAPABILITY.length()))
                .collect(Collectors.toSet());
    }

    /** A state of a later release is none that this gateway may route to. */
    private static @Nullable State state(ModelState state) {
        return switch (state) {
            case MODEL_STATE_LOADING -> State.LOADING;
            case MODEL_STATE_READY -> State.READY;
            case MODEL_STATE_FAILED -> State.FAILED;
            case MODEL_STATE_UNLOADING -> State.UNLOADING;
            case MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
