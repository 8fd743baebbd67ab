// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.federation.shards.Shard;
import dev.rivulet.federation.shards.SumLine;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Updates and questions go out by a producer; answers come by a consumer without a group, which reads what is committed alone. */
final class KafkaSumLine implements SumLine, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(KafkaSumLine.class);
    private static final Topic SUMS = EventType.PARTIAL_AGGREGATED.topic();
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final long AGAIN_MILLIS = 1000;
    private static final int BUFFER = 64 << 20;

    private final Map<String, Object> connection;
    private final Clock clock;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, CompletableFuture<PartialAggregated>> asked = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<Void> listening = new CompletableFuture<>();
    private volatile boolean running;

    KafkaSumLine(Map<String, Object> connection, Clock clock) {
        this.connection = Map.copyOf(connection);
        this.clock = clock;
        Map<String, Object> all = new HashMap<>(connection);
        all.put("acks", "all");
        all.put("enable.idempotence", "true");
        all.put("max.block.ms", "2000");
        all.put("delivery.timeout.ms", "10000");
        all.put("request.timeout.ms", "5000");
        all.put("linger.ms", "0");
        all.put("max.request.size", Integer.toString(Topic.MOST_BYTES));
        all.put("buffer.memory", Integer.toString(BUFFER));
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public CompletableFuture<Void> send(UpdateReceived update) {
        return sent(new Shard(update.getFederation(), update.getRound(), update.getShard()), update);
    }

    private CompletableFuture<Void> sent(Shard shard, UpdateReceived update) {
        Event<UpdateReceived> event = new Event<>(
                UUID.randomUUID().toString(),
                "/federation-service",
                EventType.UPDATE_RECEIVED,
                shard.key(),
                clock.instant(),
                null,
                update);
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(EventType.UPDATE_RECEIVED.topic().name(), event.key(), event.value());
        event.headers().forEach((name, value) -> message.headers().add(name, value));
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try {
            var _ = producer.send(message, (_, failure) -> {
                if (failure == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(failure);
                }
            });
        } catch (KafkaException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    /** Nothing is asked before the answer would be heard. */
    @Override
    public CompletableFuture<PartialAggregated> ask(Shard shard, int values) {
        String ask = UUID.randomUUID().toString();
        CompletableFuture<PartialAggregated> answer = new CompletableFuture<>();
        asked.put(ask, answer);
        UpdateReceived question = UpdateReceived.newBuilder()
                .setFederation(shard.federation())
                .setRound(shard.round())
                .setShard(shard.number())
                .setValues(values)
                .setAsk(ask)
                .build();
        var _ = listening.thenCompose(_ -> sent(shard, question)).exceptionally(failure -> {
            answer.completeExceptionally(failure);
            return null;
        });
        var _ = answer.whenComplete((_, _) -> asked.remove(ask));
        return answer;
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().daemon().name("shard-sums").start(this::listen);
    }

    private void listen() {
        String last = "";
        while (ended.getCount() > 0) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                hear(consumer);
            } catch (RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn("Sums of shards are not heard at present, and will be again: {}", e.toString());
                }
                last = e.toString();
            }
            waited();
        }
    }

    private void hear(Consumer<byte[], byte[]> consumer) {
        if (consumer.partitionsFor(SUMS.name()).isEmpty()) {
            return;
        }
        consumer.assign(IntStream.range(0, SUMS.partitions())
                .mapToObj(partition -> new TopicPartition(SUMS.name(), partition))
                .toList());
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        listening.complete(null);
        while (ended.getCount() > 0) {
            consumer.poll(LOOK).forEach(record -> heard(record.value()));
        }
    }

    private void heard(byte[] value) {
        try {
            PartialAggregated sum = PartialAggregated.parseFrom(value);
            CompletableFuture<PartialAggregated> waits = asked.get(sum.getAsk());
            if (waits != null) {
                waits.complete(sum);
            }
        } catch (InvalidProtocolBufferException e) {
            log.warn("A record of {} is left out: {}", SUMS.name(), e.getMessage());
        }
    }

    private void waited() {
        try {
            ended.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            ended.countDown();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> all = new HashMap<>(connection);
        all.put("allow.auto.create.topics", "false");
        all.put("enable.auto.commit", "false");
        all.put("isolation.level", "read_committed");
        all.put("max.partition.fetch.bytes", Topic.MOST_BYTES);
        return all;
    }

    @Override
    public void stop() {
        ended.countDown();
        producer.close(CLOSING);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
