// SPDX-License-Identifier: Apache-2.0
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
import dev.rivulet.gateway.topics.TopicWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Tells {@code inference.request.submitted} and {@code inference.request.cancelled}. */
final class KafkaJobChannel implements JobChannel {

    private final TopicWriter writer;
    private final Clock clock;
    private final Supplier<UUID> ids;

    KafkaJobChannel(TopicWriter writer, Clock clock, Supplier<UUID> ids) {
        this.writer = writer;
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public Mono<Void> submit(JobRequest request, Instant submittedAt, boolean atGateway) {
        RequestSubmitted data = RequestSubmitted.newBuilder()
                .setJob(request.id())
                .setTenant(request.tenant())
                .setPriority(request.priority())
                .setEndpoint(request.endpoint())
                .setModel(request.model())
                .setSession(request.session())
                .setBody(ByteString.copyFrom(request.body()))
                .setNote(ByteString.copyFrom(request.note()))
                .setAtGateway(atGateway)
                .setSubmittedAt(timestamp(submittedAt))
                .setExpiresAt(timestamp(submittedAt.plus(request.lifetime())))
                .build();
        String key = request.session().isEmpty() ? request.id() : request.tenant() + "/" + request.session();
        return send(EventType.REQUEST_SUBMITTED, key, data);
    }

    @Override
    public Mono<Void> cancel(String tenant, String id) {
        return cancelled(tenant, id, false);
    }

    @Override
    public Mono<Void> forget(String tenant, String id) {
        return cancelled(tenant, id, true);
    }

    private Mono<Void> cancelled(String tenant, String id, boolean forget) {
        RequestCancelled data = RequestCancelled.newBuilder()
                .setJob(id)
                .setTenant(tenant)
                .setCancelledAt(timestamp(clock.instant()))
                .setForget(forget)
                .build();
        return send(EventType.REQUEST_CANCELLED, id, data);
    }

    private <T extends Message> Mono<Void> send(EventType<T> type, String key, T data) {
        return Mono.defer(() -> writer.write(
                new Event<>(ids.get().toString(), "/gateway-service", type, key, clock.instant(), null, data)));
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
