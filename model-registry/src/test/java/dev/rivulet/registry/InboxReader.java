// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A reader with tables of its own: inbox, effect and offset of a record are one transaction. As a program it takes the brokers and
 * the database's address, and goes on, from what its database says, for as long as it lives.
 */
final class InboxReader {

    /** Its tables; {@code effect} would take a change twice, and in any order. */
    static final String[] TABLES = {
        "create table inbox (source text, id text, primary key (source, id))",
        "create table effect (seq bigint generated always as identity primary key, model text, revision bigint)",
        "create table seen_again (id text)",
        "create table reader_offset (part int primary key, next bigint)"
    };

    private static final String TOPIC = EventType.MODEL_VERSION_CHANGED.topic().name();

    private final Connection database;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private InboxReader(Connection database, KafkaConsumer<byte[], byte[]> consumer) {
        this.database = database;
        this.consumer = consumer;
    }

    public static void main(String[] arguments) {
        while (true) {
            try (Connection database = DriverManager.getConnection(arguments[1]);
                    KafkaConsumer<byte[], byte[]> consumer = consumer(arguments[0])) {
                database.setAutoCommit(false);
                new InboxReader(database, consumer).read();
            } catch (SQLException | KafkaException e) {
                System.out.println("The reader begins anew: " + e);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String brokers) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", brokers,
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "allow.auto.create.topics", "false",
                "metadata.recovery.strategy", "none");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void read() throws SQLException {
        List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                .map(at -> new TopicPartition(TOPIC, at.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(TOPIC + " is not there yet");
        }
        consumer.assign(partitions);
        Map<Integer, Long> offsets = offsets();
        partitions.forEach(at -> consumer.seek(at, offsets.getOrDefault(at.partition(), 0L)));
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                take(record);
            }
        }
    }

    private Map<Integer, Long> offsets() throws SQLException {
        Map<Integer, Long> offsets = new HashMap<>();
        try (PreparedStatement query = database.prepareStatement("select part, next from reader_offset");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                offsets.put(rows.getInt(1), rows.getLong(2));
            }
        }
        database.commit();
        return offsets;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws SQLException {
        Event<ModelVersionChanged> event =
                Event.read(EventType.MODEL_VERSION_CHANGED, Records.headers(record), record.value());
        int fresh = update("insert into inbox values (?, ?) on conflict do nothing", event.source(), event.id());
        if (fresh == 1) {
            update(
                    "insert into effect (model, revision) values (?, ?)",
                    event.data().getModel(),
                    event.data().getRevision());
        } else {
            update("insert into seen_again values (?)", event.id());
        }
        update(
                "insert into reader_offset values (?, ?) on conflict (part) do update set next = excluded.next",
                record.partition(),
                record.offset() + 1);
        database.commit();
    }

    private int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
