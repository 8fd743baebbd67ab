// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.reading.ReadingLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A reader whose topics come late. */
@ExtendWith(OutputCaptureExtension.class)
class MissingTopicIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HERE = "read.here.already";
    private static final String LATE = "read.comes.late";

    @TempDir
    private Path folder;

    private final Queue<String> read = new ConcurrentLinkedQueue<>();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void aTopicThatIsMissingIsToldOnceAndReadFromItsBeginningOnceItIsThere(CapturedOutput output) throws Exception {
        Broker broker = new Broker(folder.resolve("kafka"));
        broker.start();
        Map<String, Object> connection = Map.of("bootstrap.servers", broker.address());
        try (Admin admin = Admin.create(connection);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer());
                ReadingLoop loop = new ReadingLoop(connection, "late-readers", 10, List.of(HERE, LATE), taker())) {
            loop.start();
            looksAgain(4);
            make(admin, HERE);
            producer.send(new ProducerRecord<>(HERE, "first".getBytes(UTF_8))).get();
            await().atMost(PATIENCE).until(() -> read.contains("first"));
            looksAgain(6);
            make(admin, LATE);
            producer.send(new ProducerRecord<>(LATE, "second".getBytes(UTF_8))).get();
            await().atMost(PATIENCE).until(() -> read.contains("second"));
            producer.send(new ProducerRecord<>(HERE, "third".getBytes(UTF_8))).get();
            await().atMost(PATIENCE).until(() -> read.contains("third"));
        } finally {
            broker.stop();
        }

        assertThat(read).containsOnlyOnce("first", "second", "third");
        assertThat(lines(output, "[" + LATE + ", " + HERE + "] are not there")).isOne();
        assertThat(lines(output, "[" + LATE + "] are not there")).isOne();
        assertThat(lines(output, "[" + LATE + "] are there and read")).isOne();
        assertThat(output.getAll().lines().filter(line -> line.contains("WARN") && line.contains("fetching metadata")))
                .as("what the client warns of by itself, for a moment at most")
                .hasSizeLessThan(4);
    }

    private ReadingLoop.Taker taker() {
        return new ReadingLoop.Taker() {
            @Override
            public void take(List<ConsumerRecord<byte[], byte[]>> batch) {
                batch.forEach(record -> read.add(new String(record.value(), UTF_8)));
            }

            @Override
            public void looked(long lag) {
                looks.incrementAndGet();
            }
        };
    }

    private void looksAgain(int times) {
        int wanted = looks.get() + times;
        await().atMost(PATIENCE).until(() -> looks.get() >= wanted);
    }

    private static void make(Admin admin, String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static long lines(CapturedOutput output, String text) {
        return output.getAll().lines().filter(line -> line.contains(text)).count();
    }
}
