package dev.rivulet.gateway.jobs.kafka;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.gateway.jobs.JobChannel;
import dev.rivulet.gateway.jobs.JobRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells {@code inference.request.submitted} and {@code inference.request.cancelled}. The client may block, and has threads for it. */
final class KafkaJobChannel implements JobChannel, AutoCloseable {

    private final JobClients clients;
    private final Clock clock;
    private final Scheduler threads;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaJobChannel(JobClients clients, Clock clock, Scheduler threads) {
        this.clients = clients;
        this.clock = clock;
        this.threads = threads;
    }

    @Override
    public Mono<Void> submit(JobRequest request, Instant submittedAt) {
        RequestSubmitted data = RequestSubmitted.newBuilder()
                .setJob(request.id())
                .setTenant(request.tenant())
                .setPriority(request.priority())
                .setEndpoint(request.endpoint())
                .setModel(request.model())
                .setSession(request.session())
                .setBody(ByteString.copyFrom(request.body()))
                .setSubmittedAt(timestamp(submittedAt))
                .setExpiresAt(timestamp(submittedAt.plus(request.lifetime())))
                .build();
        String key = request.session().isEmpty() ? request.id() : request.tenant() + "/" + request.session();
        return send(EventType.REQUEST_SUBMITTED, key, data);
    }

    @Override
    public Mono<Void> cancel(String tenant, String id) {
        RequestCancelled data = RequestCancelled.newBuilder()
                .setJob(id)
                .setTenant(tenant)
                .setCancelledAt(timestamp(clock.instant()))
                .build();
        return send(EventType.REQUEST_CANCELLED, id, data);
    }

    private <T extends Message> Mono<Void> send(EventType<T> type, String key, T data) {
        return Mono.<Void>create(sink -> {
                    Event<T> event = new Event<>(
                            UUID.randomUUID().toString(), "/gateway-service", type, key, clock.instant(), null, data);
                    ProducerRecord<byte[], byte[]> record =
                            new ProducerRecord<>(type.topic().name(), event.key(), event.value());
                    event.headers().forEach(record.headers()::add);
                    producer().send(record, (metadata, failure) -> {
                        if (failure == null) {
                            sink.success();
                        } else {
                            sink.error(failure);
                        }
                    });
                })
                .subscribeOn(threads);
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = clients.producer();
        }
        return producer;
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
        threads.dispose();
    }
}
