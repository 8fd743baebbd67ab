// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResultCompleted;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Takes jobs from a real broker as replicas do; a test says what becomes of them. */
public final class FakeJobReplica implements AutoCloseable {

    public final List<RequestSubmitted> requests = new CopyOnWriteArrayList<>();

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile BiConsumer<FakeJobReplica, RequestSubmitted> answer = (replica, request) -> {};

    public FakeJobReplica(String brokers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "max.block.ms", "10000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", brokers,
                        "group.id", "fake",
                        "metadata.max.age.ms", "500",
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(EventType.REQUEST_SUBMITTED.topic().name()));
        thread = new Thread(this::run, "fake-job-replica");
        thread.start();
    }

    /** What is done with every request that comes from now on. */
    public FakeJobReplica answering(BiConsumer<FakeJobReplica, RequestSubmitted> next) {
        answer = next;
        return this;
    }

    private void run() {
        while (!stopping) {
            consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                Map<String, Object> headers = new HashMap<>();
                record.headers().forEach(header -> headers.put(header.key(), header.value()));
                RequestSubmitted request = Event.read(EventType.REQUEST_SUBMITTED, headers, record.value())
                        .data();
                requests.add(request);
                answer.accept(this, request);
            });
        }
        consumer.close();
    }

    public void begins(String job) {
        progress(job, 0, "");
    }

    public void progress(String job, long sequence, String events) {
        send(
                EventType.JOB_PROGRESSED,
                job,
                JobProgressed.newBuilder()
                        .setJob(job)
                        .setReplica("fake")
                        .setRun("run-1")
                        .setSequence(sequence)
                        .setEvents(ByteString.copyFromUtf8(events))
                        .setAt(now())
                        .build());
    }

    public void ends(String job, JobOutcome outcome, int status, String type, String body) {
        send(
                EventType.RESULT_COMPLETED,
                job,
                ResultCompleted.newBuilder()
                        .setJob(job)
                        .setTenant(tenant(job))
                        .setOutcome(outcome)
                        .setStatusCode(status)
                        .setContentType(type)
                        .setBody(ByteString.copyFromUtf8(body))
                        .setReplica("fake")
                        .setAttempts(1)
                        .setStartedAt(now())
                        .setFinishedAt(now())
                        .build());
    }

    private String tenant(String job) {
        return requests.stream()
                .filter(request -> request.getJob().equals(job))
                .map(RequestSubmitted::getTenant)
                .findFirst()
                .orElse("");
    }

    public void completes(String job, String body) {
        ends(job, JobOutcome.JOB_OUTCOME_COMPLETED, 200, "application/json", body);
    }

    private <T extends Message> void send(EventType<T> type, String key, T data) {
        Event<T> event = new Event<>(
                UUID.randomUUID().toString(), "/inference-service/fake", type, key, Instant.now(), null, data);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(type.topic().name(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        try {
            producer.send(record).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Timestamp now() {
        return Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()).build();
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.join(10_000);
        producer.close(Duration.ofSeconds(5));
    }
}
