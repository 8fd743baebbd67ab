// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.inference.KafkaBroker;
import dev.rivulet.inference.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/** Submits jobs as a gateway does, and reads their results as it does. */
final class JobTraffic implements AutoCloseable {

    private final KafkaBroker broker;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ResultCompleted> results = new ArrayList<>();

    JobTraffic(KafkaBroker broker) {
        this.broker = broker;
        broker.create(List.of(EventType.REQUEST_SUBMITTED.topic(), EventType.RESULT_COMPLETED.topic()));
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.address(),
                        "group.id", UUID.randomUUID().toString(),
                        "auto.offset.reset", "earliest",
                        "metadata.max.age.ms", "1000",
                        "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(EventType.RESULT_COMPLETED.topic().name()));
    }

    static String chat(boolean stream, int tokens) {
        return "{\"model\":\"" + Replica.MODEL + "\",\"temperature\":0,\"max_tokens\":" + tokens + ",\"stream\":"
                + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    void submit(String job, String key, String body, Duration allowed) {
        submit(job, key, body, allowed, false);
    }

    /** One that a step of the gateways answers. */
    void submitAtGateway(String job, String body) {
        submit(job, job, body, Duration.ofMinutes(10), true);
    }

    private void submit(String job, String key, String body, Duration allowed, boolean atGateway) {
        broker.send(new Event<>(
                UUID.randomUUID().toString(),
                "/gateway-service",
                EventType.REQUEST_SUBMITTED,
                key,
                Instant.now(),
                null,
                RequestSubmitted.newBuilder()
                        .setJob(job)
                        .setTenant("test")
                        .setPriority("low")
                        .setEndpoint("/v1/chat/completions")
                        .setModel(Replica.MODEL)
                        .setBody(ByteString.copyFromUtf8(body))
                        .setAtGateway(atGateway)
                        .setExpiresAt(Timestamp.newBuilder()
                                .setSeconds(Instant.now().plus(allowed).getEpochSecond()))
                        .build()));
    }

    void submit(String job, String body) {
        submit(job, job, body, Duration.ofMinutes(10));
    }

    void cancel(String job) {
        broker.send(new Event<>(
                UUID.randomUUID().toString(),
                "/gateway-service",
                EventType.REQUEST_CANCELLED,
                job,
                Instant.now(),
                null,
                RequestCancelled.newBuilder().setJob(job).setTenant("test").build()));
    }

    /** Every committed result so far, after at least {@code count} distinct jobs have one. */
    List<ResultCompleted> results(int count, Duration patience) {
        Awaitility.await(count + " results")
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .atMost(patience)
                .until(() -> {
                    poll();
                    return results.stream()
                                    .map(ResultCompleted::getJob)
                                    .distinct()
                                    .count()
                            >= count;
                });
        return List.copyOf(results);
    }

    void poll() {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> {
            Map<String, Object> headers = new HashMap<>();
            record.headers().forEach(header -> headers.put(header.key(), header.value()));
            results.add(Event.read(EventType.RESULT_COMPLETED, headers, record.value())
                    .data());
        });
    }

    @Override
    public void close() {
        consumer.close();
    }
}
