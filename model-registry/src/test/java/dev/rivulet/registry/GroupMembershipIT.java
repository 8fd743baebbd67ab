// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.reading.GroupMembership;
import dev.rivulet.reading.ReadingLoop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which protocol readers speak with a real broker, and what a name in the group spares it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupMembershipIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOPIC = "read.in.group";
    private static final int PARTITIONS = 4;

    private Broker broker;
    private Map<String, Object> connection;
    private Admin admin;
    private final Set<String> read = new ConcurrentSkipListSet<>();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = new Broker(folder.resolve("kafka"));
        broker.start();
        connection = Map.of("bootstrap.servers", broker.address());
        admin = Admin.create(connection);
        admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty())))
                .all()
                .get();
    }

    @AfterAll
    void stop() {
        admin.close();
        broker.stop();
    }

    @ParameterizedTest
    @CsvSource({"10000, CONSUMER", "10001, CLASSIC"})
    void theBrokersAssignWhereTheyMissWhoIsSilentWithinTenSeconds(int session, GroupType type) throws Exception {
        String group = "silent-for-" + session;
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, group),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("consumer.session.timeout.ms", Integer.toString(session)),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();

        try (ReadingLoop loop = loop(group, "")) {
            loop.start();
            settled(group, 1);

            assertThat(described(group).type()).isEqualTo(type);
            tellAndRead(group);
        }
    }

    @Test
    void aReaderWithANameThatStartsAgainMovesNobody() throws Exception {
        String group = "with-names";
        try (ReadingLoop one = loop(group, "one");
                ReadingLoop first = loop(group, "two/1")) {
            one.start();
            first.start();
            settled(group, 2);
            ConsumerGroupDescription before = described(group);
            first.close();
            try (ReadingLoop second = loop(group, "two/1")) {
                second.start();
                // Who comes back has another id, so it is known when it is there.
                await().atMost(PATIENCE).until(() -> !ids(described(group)).equals(ids(before)) && whole(group, 2));

                ConsumerGroupDescription after = described(group);
                assertThat(assigned(after)).isEqualTo(assigned(before)).containsOnlyKeys("one", "two_1");
                assertThat(after.groupEpoch()).as("nothing was shared out anew").isEqualTo(before.groupEpoch());
                tellAndRead(group);
            }
        }
    }

    private ReadingLoop loop(String group, String name) {
        return new ReadingLoop(
                GroupMembership.named(connection, name),
                group,
                10,
                List.of(TOPIC),
                batch -> batch.forEach(record -> read.add(new String(record.value(), StandardCharsets.UTF_8))));
    }

    private void tellAndRead(String group) {
        Set<String> told = Set.of(group + "-a", group + "-b", group + "-c", group + "-d");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
            int partition = 0;
            for (String text : told) {
                producer.send(new ProducerRecord<>(TOPIC, partition++, null, text.getBytes(StandardCharsets.UTF_8)));
            }
        }
        await().atMost(PATIENCE).until(() -> read.containsAll(told));
    }

    private void settled(String group, int members) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> whole(group, members));
    }

    /** Whether so many members have all partitions among them. */
    private boolean whole(String group, int members) throws Exception {
        Map<String, Set<TopicPartition>> assigned = assigned(described(group));
        return assigned.size() == members
                && assigned.values().stream().noneMatch(Set::isEmpty)
                && assigned.values().stream().mapToInt(Set::size).sum() == PARTITIONS;
    }

    private ConsumerGroupDescription described(String group) throws Exception {
        return Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(group)).all().get().get(group));
    }

    private static Set<String> ids(ConsumerGroupDescription group) {
        return group.members().stream().map(MemberDescription::consumerId).collect(Collectors.toSet());
    }

    private static Map<String, Set<TopicPartition>> assigned(ConsumerGroupDescription group) {
        return group.members().stream()
                .collect(Collectors.toMap(
                        member -> member.groupInstanceId().orElse(member.consumerId()),
                        member -> member.assignment().topicPartitions()));
    }
}
