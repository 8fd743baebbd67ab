// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.kafka.KafkaConnections;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.reading.GroupMembership;
import dev.rivulet.reading.ReadingLoop;
import dev.rivulet.registry.deadletters.DeadLettersSettings;
import dev.rivulet.registry.deadletters.LetterDesk;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Gathers the dead letters of every topic that is read for an effect. A letter that comes twice has the id that is known. */
@Configuration(proxyBeanMethods = false)
class LetterIntake {

    private static final int BATCH = 50;

    @Bean(initMethod = "start", destroyMethod = "close")
    ReadingLoop deadLetterIntake(Environment environment, DeadLettersSettings settings, LetterDesk desk) {
        List<String> topics = EventType.topics().stream()
                .filter(topic -> !topic.effectReaders().isEmpty())
                .filter(topic -> topic.name().endsWith(".dlq"))
                .map(Topic::name)
                .toList();
        return new ReadingLoop(
                GroupMembership.named(
                        KafkaConnections.settings(environment), environment.getProperty(KafkaConnections.MEMBER, "")),
                settings.group(),
                BATCH,
                topics,
                batch -> desk.receive(batch.stream()
                        .map(record -> DeadLetter.read(record, LetterDesk.UNNAMED))
                        .toList()));
    }
}
