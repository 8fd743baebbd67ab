// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.PartialSumCodec;
import dev.rivulet.federated.compression.Compressor;
import dev.rivulet.federated.compression.Scheme;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.shards.Shard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a shard remembers and answers, without a broker. */
class ShardSummerTest {

    private static final int VALUES = 50;
    private static final Layout LAYOUT = new Layout(List.of(new Layout.Tensor("w", List.of(VALUES))));
    private static final Shard SHARD = new Shard("sample", 7, 2);

    private final Random random = new Random(3);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> updates;
    private TestOutputTopic<String, byte[]> sums;

    @BeforeEach
    void start() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "sample");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9");
        driver = new TopologyTestDriver(
                ShardTopology.of(((InstantSource) now::get).withZone(ZoneOffset.UTC), Duration.ofMinutes(1)),
                settings,
                Instant.EPOCH);
        updates = driver.createInputTopic(
                EventType.UPDATE_RECEIVED.topic().name(), new StringSerializer(), new ByteArraySerializer());
        sums = driver.createOutputTopic(
                EventType.PARTIAL_AGGREGATED.topic().name(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static float[] values(Random random) {
        float[] values = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private UpdateReceived.Builder update(String device, double weight, float[] values) {
        byte[] bytes = UpdateCodec.write(new Compressor(random).encode(values, Scheme.dense(32)));
        return UpdateReceived.newBuilder()
                .setFederation(SHARD.federation())
                .setRound(SHARD.round())
                .setShard(SHARD.number())
                .setValues(VALUES)
                .setDevice(device)
                .setSha256(DeviceKeys.sha256(bytes))
                .setWeight(weight)
                .setUpdate(ByteString.copyFrom(bytes));
    }

    private static UpdateReceived.Builder question(String ask) {
        return UpdateReceived.newBuilder()
                .setFederation(SHARD.federation())
                .setRound(SHARD.round())
                .setShard(SHARD.number())
                .setValues(VALUES)
                .setAsk(ask);
    }

    private void send(UpdateReceived.Builder what) {
        Event<UpdateReceived> event = new Event<>(
                UUID.randomUUID().toString(),
                "/test",
                EventType.UPDATE_RECEIVED,
                SHARD.key(),
                Instant.EPOCH,
                null,
                what.build());
        RecordHeaders headers = new RecordHeaders();
        event.headers().forEach(headers::add);
        updates.pipeInput(new TestRecord<>(SHARD.key(), event.value(), headers, Instant.EPOCH));
    }

    private PartialAggregated answer() throws Exception {
        TestRecord<String, byte[]> record = sums.readRecord();
        assertThat(record.key()).isEqualTo(SHARD.key());
        assertThat(new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                .isEqualTo("rivulet.federation.v1.PartialAggregated");
        return PartialAggregated.parseFrom(record.value());
    }

    private static float[] mean(PartialAggregated answer) {
        if (PartialSumCodec.read(answer.getSum().toByteArray(), LAYOUT)
                instanceof Checked.Accepted<PartialSum>(PartialSum sum)) {
            return sum.mean(Parameters.zeros(LAYOUT)).values();
        }
        throw new AssertionError("no sum");
    }

    @Test
    void anUpdateThatComesAgainCountsOnce() throws Exception {
        float[] first = values(random);
        float[] second = values(random);
        send(update("one", 10, first));
        send(update("two", 30, second));
        send(update("one", 10, first));
        send(update("two", 30, values(random)));
        send(question("a"));
        send(question("b"));

        PartialAggregated answer = answer();
        assertThat(answer.getAsk()).isEqualTo("a");
        assertThat(answer.getUpdatesMap()).containsOnlyKeys("one", "two");
        float[] mean = mean(answer);
        for (int i = 0; i < VALUES; i++) {
            double expected = (10.0 * first[i] + 30.0 * second[i]) / 40;
            assertThat((double) mean[i]).isBetween(expected - 1e-6, expected + 1e-6);
        }
        PartialAggregated again = answer();
        assertThat(again.getAsk()).isEqualTo("b");
        assertThat(again.getSum()).isEqualTo(answer.getSum());
        assertThat(sums.isEmpty()).isTrue();
    }

    @Test
    void whatIsNoUpdateIsLeftOutAndTheNextCounts() throws Exception {
        updates.pipeInput(SHARD.key(), new byte[] {1, 2, 3});
        send(update("broken", 10, values(random)).setUpdate(ByteString.copyFromUtf8("no update")));
        send(update("short", 10, new float[VALUES]).setValues(VALUES + 1));
        float[] good = values(random);
        send(update("good", 5, good));
        send(update("other", 5, values(random)).setValues(1));
        send(question("a"));

        PartialAggregated answer = answer();
        assertThat(answer.getUpdatesMap()).containsOnlyKeys("good");
        assertThat(mean(answer)).containsExactly(good);
    }

    @Test
    void aShardOfWhichNothingIsKnownSaysSo() throws Exception {
        send(question("a"));
        assertThat(answer().getUpdatesMap()).isEmpty();
    }

    @Test
    void whatNobodyAddsToIsForgottenAndMayComeAgain() throws Exception {
        float[] one = values(random);
        send(update("one", 2, one));
        later(Duration.ofSeconds(50));
        send(question("a"));
        assertThat(answer().getUpdatesMap()).containsOnlyKeys("one");
        later(Duration.ofMinutes(2));
        send(question("a"));
        assertThat(answer().getUpdatesMap()).isEmpty();
        send(update("one", 2, one));
        send(question("b"));
        assertThat(mean(answer())).containsExactly(one);
    }

    private void later(Duration passed) {
        now.updateAndGet(instant -> instant.plus(passed));
        driver.advanceWallClockTime(passed);
    }
}
