// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses.kafka;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ResponseKept;
import dev.rivulet.gateway.responses.ResponseStore;
import dev.rivulet.gateway.responses.StoredResponse;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import dev.rivulet.gateway.topics.TopicWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses in the memory of this gateway, told to all others over the topic {@code inference.response.kept} and heard from them,
 * also those of before a restart. An answer never waits for Kafka: where it is away, a response stays with this gateway alone.
 */
final class KafkaResponses implements ResponseStore, AutoCloseable {

    /** What a record of a broker with usual settings holds, with room for its headers. */
    static final int LARGEST = 900_000;

    private static final Logger log = LoggerFactory.getLogger(KafkaResponses.class);
    private static final String SOURCE = "/gateway-service";
    private static final EventType<ResponseKept> TYPE = EventType.RESPONSE_KEPT;
    private static final Duration BACK = TYPE.topic().retention();
    private static final long BUFFER = 8 << 20;

    private final ResponseStore memory;
    private final String self;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final TopicWriter writer;
    private final TopicFollower follower;
    private final Counter untold;

    /** @param memory what this gateway knows */
    KafkaResponses(
            ResponseStore memory, KafkaConnection connection, Clock clock, Supplier<UUID> ids, MeterRegistry meters) {
        this.memory = memory;
        this.clock = clock;
        this.ids = ids;
        this.self = ids.get().toString();
        this.writer = new TopicWriter(connection, BUFFER);
        this.follower = new TopicFollower(connection, List.of(TYPE.topic()), BACK, clock, this::take);
        this.untold = Counter.builder("rivulet.gateway.responses.untold")
                .description("Responses that other gateways could not be told of")
                .register(meters);
    }

    /** Begins to hear of others' responses. */
    void follow() {
        follower.start();
    }

    /** Whether everything has been heard that was there at the start. */
    boolean caughtUp() {
        return follower.caughtUp();
    }

    @Override
    public void keep(StoredResponse response) {
        memory.keep(response);
        if (response.size() > LARGEST) {
            untold.increment();
            return;
        }
        tell(ResponseKept.newBuilder()
                .setResponse(response.id())
                .setTenant(response.tenant())
                .setBody(ByteString.copyFrom(response.response()))
                .setItems(ByteString.copyFrom(response.items()))
                .setKeptAt(timestamp(response.keptAt())));
    }

    @Override
    public Optional<StoredResponse> find(String tenant, String id) {
        return memory.find(tenant, id);
    }

    @Override
    public boolean forget(String tenant, String id) {
        boolean there = memory.forget(tenant, id);
        if (there) {
            tell(ResponseKept.newBuilder()
                    .setResponse(id)
                    .setTenant(tenant)
                    .setKeptAt(timestamp(clock.instant()))
                    .setForgotten(true));
        }
        return there;
    }

    @Override
    public void close() {
        follower.close();
        writer.close();
    }

    private void tell(ResponseKept.Builder told) {
        ResponseKept data = told.setGateway(self).build();
        Event<ResponseKept> event =
                new Event<>(ids.get().toString(), SOURCE, TYPE, data.getResponse(), clock.instant(), null, data);
        writer.write(event).subscribe(done -> {}, failure -> {
            untold.increment();
            log.debug("Other gateways can't be told of a response", failure);
        });
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            ResponseKept told = Event.read(TYPE, TopicFollower.headers(record), record.value())
                    .data();
            if (told.getGateway().equals(self)) {
                return;
            }
            if (told.getForgotten()) {
                memory.forget(told.getTenant(), told.getResponse());
            } else {
                memory.keep(stored(told));
            }
        } catch (MalformedEventException e) {
            log.warn("A record of {} at {} can't be read: {}", record.topic(), record.offset(), e.getMessage());
        }
    }

    private static StoredResponse stored(ResponseKept told) {
        return new StoredResponse(
                told.getResponse(),
                told.getTenant(),
                told.getBody().toByteArray(),
                told.getItems().toByteArray(),
                Instant.ofEpochSecond(
                        told.getKeptAt().getSeconds(), told.getKeptAt().getNanos()));
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
