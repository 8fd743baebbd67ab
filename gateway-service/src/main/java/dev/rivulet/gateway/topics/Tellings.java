// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Tells the registry what callers and mirrored requests say of versions. The topics are made together before the first word, for who
 * reads them reads both or neither.
 */
public final class Tellings implements AutoCloseable {

    private static final String SOURCE = "/gateway-service";
    private static final long BUFFER = 1 << 20;
    private static final List<Topic> TOPICS =
            List.of(EventType.FEEDBACK_GIVEN.topic(), EventType.SHADOW_COMPARED.topic());

    private final TopicWriter writer;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    public Tellings(KafkaConnection connection, InstantSource clock, Supplier<UUID> ids) {
        this.writer = new TopicWriter(connection, BUFFER, TOPICS);
        this.clock = clock;
        this.ids = ids;
    }

    /** @return completes when the event is kept; fails where that is not known in time */
    public <T extends Message> Mono<Void> tell(EventType<T> type, String key, T data) {
        return writer.write(new Event<>(ids.get().toString(), SOURCE, type, key, clock.instant(), null, data));
    }

    @Override
    public void close() {
        writer.close();
    }
}
