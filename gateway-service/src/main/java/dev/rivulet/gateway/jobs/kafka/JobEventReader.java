// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.kafka;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobIntake;
import dev.rivulet.gateway.jobs.JobPart;
import dev.rivulet.gateway.jobs.JobStore;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.topics.TopicFollower;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the records of the four topics of jobs into the store. One that can't be read is counted and left behind. */
final class JobEventReader implements TopicFollower.Taker {

    static final List<Topic> TOPICS = Stream.of(
                    EventType.REQUEST_SUBMITTED,
                    EventType.REQUEST_CANCELLED,
                    EventType.RESULT_COMPLETED,
                    EventType.JOB_PROGRESSED)
            .<Topic>map(EventType::topic)
            .toList();

    private static final long SWEEP_NANOS = Duration.ofMinutes(1).toNanos();

    private static final Logger log = LoggerFactory.getLogger(JobEventReader.class);

    private final JobStore store;
    private final JobIntake intake;
    private final MeterRegistry meters;
    private final LongSupplier nanos;
    private long swept;

    /** @param nanos a monotonic clock */
    JobEventReader(JobStore store, JobIntake intake, MeterRegistry meters, LongSupplier nanos) {
        this.store = store;
        this.intake = intake;
        this.meters = meters;
        this.nanos = nanos;
        this.swept = nanos.getAsLong();
    }

    @Override
    public void looked(boolean caughtUp) {
        if (caughtUp && !store.isLoaded()) {
            store.loaded();
            log.info("{} jobs are known", store.size());
        }
        if (nanos.getAsLong() - swept > SWEEP_NANOS) {
            swept = nanos.getAsLong();
            store.sweep();
        }
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            read(record);
        } catch (MalformedEventException e) {
            meters.counter("rivulet.gateway.events.malformed", "topic", record.topic())
                    .increment();
            log.warn("A record of {} can't be read: {}", record.topic(), e.getMessage());
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new MalformedEventException("a record without a value");
        }
        Map<String, byte[]> headers = TopicFollower.headers(record);
        switch (EventTopic.of(record.topic())) {
            case SUBMITTED ->
                submitted(Event.read(EventType.REQUEST_SUBMITTED, headers, record.value())
                        .data());
            case CANCELLED ->
                cancelled(Event.read(EventType.REQUEST_CANCELLED, headers, record.value())
                        .data());
            case ENDED ->
                ended(Event.read(EventType.RESULT_COMPLETED, headers, record.value())
                        .data());
            case PROGRESSED ->
                progressed(
                        Event.read(EventType.JOB_PROGRESSED, headers, record.value())
                                .data(),
                        record.offset());
        }
    }

    private enum EventTopic {
        SUBMITTED(EventType.REQUEST_SUBMITTED),
        CANCELLED(EventType.REQUEST_CANCELLED),
        ENDED(EventType.RESULT_COMPLETED),
        PROGRESSED(EventType.JOB_PROGRESSED);

        private final String topic;

        EventTopic(EventType<?> type) {
            this.topic = type.topic().name();
        }

        static EventTopic of(String topic) {
            for (EventTopic one : values()) {
                if (one.topic.equals(topic)) {
                    return one;
                }
            }
            throw new MalformedEventException("nobody asked for topic " + topic);
        }
    }

    private void submitted(RequestSubmitted data) {
        store.submitted(new Job(
                data.getJob(),
                data.getTenant(),
                data.getEndpoint(),
                data.getModel(),
                data.getSession(),
                Jobs.sha256(data.getBody().toByteArray()),
                data.getNote().toByteArray(),
                instant(data.getSubmittedAt()),
                instant(data.getExpiresAt()),
                false,
                null,
                null));
    }

    private void cancelled(RequestCancelled data) {
        if (data.getForget()) {
            store.forgotten(data.getJob(), instant(data.getCancelledAt()));
        } else {
            store.cancelled(data.getJob());
        }
    }

    private void progressed(JobProgressed data, long offset) {
        intake.part(
                data.getJob(),
                new JobPart(
                        offset,
                        data.getRun(),
                        data.getSequence(),
                        data.getReplica(),
                        instant(data.getAt()).toEpochMilli(),
                        data.getEvents().toByteArray()));
    }

    private void ended(ResultCompleted data) {
        Job.Result result = new Job.Result(
                outcome(data.getOutcome()),
                data.getStatusCode(),
                data.getContentType(),
                data.getBody().toByteArray(),
                data.getReplica(),
                data.getAttempts(),
                instant(data.getStartedAt()),
                instant(data.getFinishedAt()));
        if (intake.ended(data.getJob(), data.getTenant(), result) && store.isLoaded()) {
            meters.counter(
                            "rivulet.gateway.jobs.ended",
                            "outcome",
                            result.outcome().name().toLowerCase(Locale.ROOT))
                    .increment();
        }
    }

    private static Job.Outcome outcome(JobOutcome outcome) {
        return switch (outcome) {
            case JOB_OUTCOME_COMPLETED -> Job.Outcome.COMPLETED;
            case JOB_OUTCOME_CANCELLED -> Job.Outcome.CANCELLED;
            case JOB_OUTCOME_EXPIRED -> Job.Outcome.EXPIRED;
            // An outcome of a later release is an end, and no success.
            case JOB_OUTCOME_FAILED, JOB_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Job.Outcome.FAILED;
        };
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }
}
