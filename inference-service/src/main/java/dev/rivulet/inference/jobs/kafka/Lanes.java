// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One number for each partition that jobs come by, as the board counts them: those of requests are as they are, those of what people
 * sent back begin above the most that a topic may have.
 */
final class Lanes {

    static final String REQUESTS = EventType.REQUEST_SUBMITTED.topic().name();
    static final String REPLAYS = EventType.REQUEST_SUBMITTED.topic().replays().name();

    private Lanes() {}

    static int of(String topic, int partition) {
        return topic.equals(REPLAYS) ? Topic.MOST_PARTITIONS + partition : partition;
    }

    static int of(TopicPartition partition) {
        return of(partition.topic(), partition.partition());
    }

    static int of(ConsumerRecord<?, ?> record) {
        return of(record.topic(), record.partition());
    }

    static TopicPartition partition(int lane) {
        return lane < Topic.MOST_PARTITIONS
                ? new TopicPartition(REQUESTS, lane)
                : new TopicPartition(REPLAYS, lane - Topic.MOST_PARTITIONS);
    }
}
