// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.inference.jobs.Job;
import dev.rivulet.inference.jobs.JobResult;
import dev.rivulet.reading.Cause;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.reading.Decoding;
import dev.rivulet.reading.PoisonException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Jobs, results and progress as records of Kafka. */
final class JobRecords {

    /** Bytes of a request; what is larger came by another way than ours, and would not fit into the dead letters with its reason. */
    private static final int LARGEST = 1_000_000;

    /** A request that is no job, and as what it is parked. */
    static final class NoJobException extends Exception {
        private static final long serialVersionUID = 1L;
        private final Cause reason;

        private NoJobException(Cause reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }
    }

    private final String replica;
    private final String group;
    private final Clock clock;
    private final Supplier<String> ids;

    /**
     * @param replica the id of this replica
     * @param group of all replicas; its name stands on dead letters, so that they find back
     * @param ids new ids of events
     */
    JobRecords(String replica, String group, Clock clock, Supplier<String> ids) {
        this.replica = replica;
        this.group = group;
        this.clock = clock;
        this.ids = ids;
    }

    /** Whether a record is for us: fresh, or sent back to this group, and not to be given up. */
    boolean isForUs(ConsumerRecord<byte[], byte[]> record) {
        return !isBack(record) || DeadLetter.isSentBackTo(group, record);
    }

    private static boolean isBack(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(Lanes.REPLAYS);
    }

    /**
     * What makes a record one with another that says the same: twins have the id of their job, what was sent back has its round too, so
     * that it is taken once each time.
     */
    static String identity(ConsumerRecord<byte[], byte[]> record, Job job) {
        return isBack(record) ? job.id() + " " + DeadLetter.round(record) : job.id();
    }

    /** The job of a record. One that was sent back has its time anew, from then on. */
    static Job job(ConsumerRecord<byte[], byte[]> record) throws NoJobException {
        Event<RequestSubmitted> event;
        try {
            event = Decoding.event(EventType.REQUEST_SUBMITTED, record, LARGEST);
        } catch (PoisonException e) {
            throw new NoJobException(e.reason(), String.valueOf(e.getMessage()));
        }
        RequestSubmitted data = event.data();
        if (data.getJob().isEmpty() || !data.getEndpoint().startsWith("/v1/")) {
            throw new NoJobException(Cause.MALFORMED, "a request without a job or an endpoint");
        }
        Instant expires = instant(data.getExpiresAt());
        return new Job(
                data.getJob(),
                event.subject(),
                data.getTenant(),
                data.getPriority(),
                data.getEndpoint(),
                data.getBody().toByteArray(),
                data.getAtGateway(),
                isBack(record) && data.hasSubmittedAt()
                        ? Instant.ofEpochMilli(record.timestamp())
                                .plus(Duration.between(instant(data.getSubmittedAt()), expires))
                        : expires);
    }

    ProducerRecord<byte[], byte[]> result(Job job, JobResult result) {
        return record(
                EventType.RESULT_COMPLETED,
                job.id(),
                ResultCompleted.newBuilder()
                        .setJob(job.id())
                        .setTenant(job.tenant())
                        .setOutcome(outcome(result.outcome()))
                        .setStatusCode(result.status())
                        .setContentType(result.contentType())
                        .setBody(ByteString.copyFrom(result.body()))
                        .setReplica(replica)
                        .setAttempts(result.attempts())
                        .setStartedAt(timestamp(result.startedAt()))
                        .setFinishedAt(timestamp(result.finishedAt()))
                        .build());
    }

    ProducerRecord<byte[], byte[]> progress(Job job, String run, long sequence, byte[] events) {
        return record(
                EventType.JOB_PROGRESSED,
                job.id(),
                JobProgressed.newBuilder()
                        .setJob(job.id())
                        .setReplica(replica)
                        .setRun(run)
                        .setSequence(sequence)
                        .setEvents(ByteString.copyFrom(events))
                        .setAt(timestamp(clock.instant()))
                        .build());
    }

    /** A request that is no job, with why. */
    ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, NoJobException why) {
        return DeadLetter.of(group, record, why.reason, String.valueOf(why.getMessage()), 1)
                .fitting(LARGEST)
                .record();
    }

    /** The request of a job that failed, with why. */
    ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, String why, int attempts) {
        return DeadLetter.of(group, record, Cause.EFFECT_FAILED, why, attempts).record();
    }

    private <T extends Message> ProducerRecord<byte[], byte[]> record(EventType<T> type, String job, T data) {
        Event<T> event =
                new Event<>(ids.get(), "/inference-service/" + replica, type, job, clock.instant(), null, data);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(type.topic().name(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        return record;
    }

    private static JobOutcome outcome(JobResult.Outcome outcome) {
        return switch (outcome) {
            case COMPLETED -> JobOutcome.JOB_OUTCOME_COMPLETED;
            case FAILED -> JobOutcome.JOB_OUTCOME_FAILED;
            case CANCELLED -> JobOutcome.JOB_OUTCOME_CANCELLED;
            case EXPIRED -> JobOutcome.JOB_OUTCOME_EXPIRED;
        };
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
