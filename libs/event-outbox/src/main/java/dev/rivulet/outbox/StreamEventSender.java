// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.nio.charset.StandardCharsets;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Sends over the binding of the topic ({@code model.version.changed} over {@code model-version-changed-out-0}), which is
 * configured to return after the brokers' acknowledgement. Header values go as raw UTF-8 bytes, as CloudEvents asks.
 */
class StreamEventSender implements EventSender {

    private final StreamBridge bridge;
    private final TopicProvisioning topics;
    private final FreshProducers producers;

    StreamEventSender(StreamBridge bridge, TopicProvisioning topics, FreshProducers producers) {
        this.bridge = bridge;
        this.topics = topics;
        this.producers = producers;
    }

    @Override
    public void send(Fact fact) {
        topics.ensure();
        MessageBuilder<byte[]> message =
                MessageBuilder.withPayload(fact.payload()).setHeader(KafkaHeaders.KEY, utf8(fact.aggregate()));
        fact.headers().forEach((name, value) -> message.setHeader(name, utf8(value)));
        if (!sent(fact.topic(), message.build())) {
            throw new IllegalStateException("The binding of " + fact.topic() + " took no message");
        }
    }

    /** A send that failed may have arrived nevertheless: the next one goes by a producer that knows nothing of it. */
    private boolean sent(String topic, Message<byte[]> message) {
        try {
            return bridge.send(binding(topic), message);
        } catch (RuntimeException e) {
            producers.renew();
            throw e;
        }
    }

    private static String binding(String topic) {
        return topic.replace('.', '-') + "-out-0";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
