// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;

/**
 * Reads a topic of the registry from its beginning at every start. A record that can't be read is counted, logged and passed
 * over: the next one of its model holds the whole state again.
 *
 * @param <T> what the topic holds
 */
final class StateFollower<T extends com.google.protobuf.Message> implements Consumer<Message<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(StateFollower.class);

    private final EventType<T> type;
    private final Consumer<T> changed;
    private final Consumer<String> forgotten;
    private final Counter refused;

    /** @param forgotten hears of models of which nothing holds any more */
    StateFollower(EventType<T> type, Consumer<T> changed, Consumer<String> forgotten, MeterRegistry meters) {
        this.type = type;
        this.changed = changed;
        this.forgotten = forgotten;
        this.refused = Counter.builder("rivulet.inference.events.refused")
                .tag("topic", type.topic().name())
                .description("Records that can't be read")
                .register(meters);
    }

    @Override
    public void accept(Message<?> message) {
        try {
            if (message.getPayload() instanceof byte[] value) {
                changed.accept(Event.read(type, message.getHeaders(), value).data());
            } else {
                forgotten.accept(key(message));
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            refused.increment();
            LOG.warn("A record of model '{}' is passed over: {}", key(message), e.getMessage());
        }
    }

    private static String key(Message<?> message) {
        return message.getHeaders().get(KafkaHeaders.RECEIVED_KEY) instanceof byte[] key
                ? new String(key, StandardCharsets.UTF_8)
                : "";
    }
}
