// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {

    private static final Topic KEYS = EventType.API_KEY_CHANGED.topic();
    private static final Topic SPENT = EventType.BUDGET_SPENT.topic();

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void everyPartitionOfEveryTopicIsRead() {
        make(KEYS, 1);
        make(SPENT, 2);

        assertThat(TopicFollower.partitions(consumer, List.of(KEYS, SPENT)))
                .containsExactly(
                        new TopicPartition(KEYS.name(), 0),
                        new TopicPartition(SPENT.name(), 0),
                        new TopicPartition(SPENT.name(), 1));
    }

    @Test
    void whereOneTopicIsNotKnownYetTheOthersAreNotReadWithoutIt() {
        make(KEYS, 1);
        make(SPENT, 0);

        assertThatThrownBy(() -> TopicFollower.partitions(consumer, List.of(KEYS, SPENT)))
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessage(SPENT.name());
    }

    private void make(Topic topic, int partitions) {
        consumer.updatePartitions(
                topic.name(),
                IntStream.range(0, partitions)
                        .mapToObj(partition ->
                                new PartitionInfo(topic.name(), partition, Node.noNode(), new Node[0], new Node[0]))
                        .toList());
    }
}
