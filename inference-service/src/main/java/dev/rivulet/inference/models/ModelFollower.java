package dev.rivulet.inference.models;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;

/**
 * Reads {@code model.version.changed} from its beginning at every start. A record that can't be read is counted, logged and
 * passed over: the next one of its model holds the whole state again.
 */
final class ModelFollower implements Consumer<Message<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);

    private final ModelDeployments deployments;
    private final Counter refused;

    ModelFollower(ModelDeployments deployments, MeterRegistry meters) {
        this.deployments = deployments;
        this.refused = Counter.builder("rivulet.inference.events.refused")
                .tag("topic", EventType.MODEL_VERSION_CHANGED.topic().name())
                .description("Records that can't be read")
                .register(meters);
    }

    @Override
    public void accept(Message<?> message) {
        try {
            if (message.getPayload() instanceof byte[] value) {
                ModelVersionChanged event = Event.read(EventType.MODEL_VERSION_CHANGED, message.getHeaders(), value)
                        .data();
                deployments.want(event.getModel(), event.getRevision(), ModelManifest.champion(event));
            } else {
                deployments.forget(key(message));
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
