// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Kafka carries. */
@ExtendWith(OnPlatform.class)
class EventsIT {

    @Test
    void aRegisteredModelIsAnnounced(Platform platform) {
        new Registration(platform).registersAndIsAnnounced("announced");
    }

    @Test
    void theTraceOfARequestCrossesHttpAndKafka(Platform platform) {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Chat chat = new Chat(platform);
        var response = chat.send(chat.request("/v1/chat/completions", Chat.body("Hello", 8, false))
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .build());
        String request = response.headers().firstValue("x-request-id").orElseThrow();

        AtomicReference<String> traceparent = new AtomicReference<>("");
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Registration.consumer(platform), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("inference.completion.recorded"));
            Awaitility.await("the record of " + request)
                    .pollInSameThread()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(300)).forEach(record -> {
                            if (request.equals(record.key())) {
                                var header = record.headers().lastHeader("ce_traceparent");
                                traceparent.set(
                                        header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8));
                            }
                        });
                        return !traceparent.get().isEmpty();
                    });
        }
        assertThat(traceparent.get()).startsWith("00-" + trace + "-");
    }
}
