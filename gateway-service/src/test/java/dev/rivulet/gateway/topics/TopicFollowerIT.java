// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.gateway.TestKafka;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Topics of a real broker that are made by whoever follows them first. */
class TopicFollowerIT {

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka();

    private static final List<Topic> TOPICS =
            List.of(EventType.API_KEY_CHANGED.topic(), EventType.BUDGET_SPENT.topic());
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void everyTopicIsReadFromItsMakingOnAndARecordThatCantBeTakenIsPassedOver() {
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        KafkaConnection connection = new KafkaConnection(Map.of("bootstrap.servers", KAFKA.brokers()), (short) 1);
        try (TopicFollower follower = new TopicFollower(connection, TOPICS, null, Clock.systemUTC(), record -> {
                    String value = new String(record.value(), StandardCharsets.UTF_8);
                    if (value.startsWith("bad")) {
                        throw new IllegalStateException("can't be taken");
                    }
                    taken.add(value);
                });
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(connection.settings(), new StringSerializer(), new StringSerializer())) {
            follower.start();
            await().atMost(SOON).until(follower::caughtUp);
            for (Topic topic : TOPICS) {
                producer.send(new ProducerRecord<>(topic.name(), "key", "bad of " + topic.name()));
                producer.send(new ProducerRecord<>(topic.name(), "key", "good of " + topic.name()));
            }
            producer.flush();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(taken)
                            .containsExactlyInAnyOrderElementsOf(TOPICS.stream()
                                    .map(topic -> "good of " + topic.name())
                                    .toList()));
        }
    }
}
