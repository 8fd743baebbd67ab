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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Jobs, results and progress as records of Kafka. */
final class JobRecords {

    static final String REQUESTS = EventType.REQUEST_SUBMITTED.topic().name();

    private final String replica;
    private final Clock clock;
    private final Supplier<String> ids;

    /**
     * @param replica the id of this replica
     * @param ids new ids of events
     */
    JobRecords(String replica, Clock clock, Supplier<String> ids) {
        this.replica = replica;
        this.clock = clock;
        this.ids = ids;
    }

    /** @throws dev.rivulet.events.Event.MalformedEventException if it is no job */
    static Job job(ConsumerRecord<byte[], byte[]> record) {
        Map<String, Object> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value());
        }
        if (record.value() == null) {
            throw new Event.MalformedEventException("a record without a value");
        }
        Event<RequestSubmitted> event = Event.read(EventType.REQUEST_SUBMITTED, headers, record.value());
        RequestSubmitted data = event.data();
        if (data.getJob().isEmpty() || !data.getEndpoint().startsWith("/v1/")) {
            throw new Event.MalformedEventException("a request without a job or an endpoint");
        }
        return new Job(
                data.getJob(),
                event.subject(),
                data.getTenant(),
                data.getPriority(),
                data.getEndpoint(),
                data.getBody().toByteArray(),
                Instant.ofEpochSecond(
                        data.getExpiresAt().getSeconds(), data.getExpiresAt().getNanos()));
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

    /** The record as it came, with why it is here. */
    static ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, String why, int attempts) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(
                EventType.REQUEST_SUBMITTED.topic().deadLetters().name(), record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        header(letter, "dlq_topic", record.topic());
        header(letter, "dlq_partition", Integer.toString(record.partition()));
        header(letter, "dlq_offset", Long.toString(record.offset()));
        header(letter, "dlq_reason", why);
        header(letter, "dlq_attempts", Integer.toString(attempts));
        return letter;
    }

    private <T extends Message> ProducerRecord<byte[], byte[]> record(EventType<T> type, String job, T data) {
        Event<T> event =
                new Event<>(ids.get(), "/inference-service/" + replica, type, job, clock.instant(), null, data);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(type.topic().name(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        return record;
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static JobOutcome outcome(JobResult.Outcome outcome) {
        return switch (outcome) {
            case COMPLETED -> JobOutcome.JOB_OUTCOME_COMPLETED;
            case FAILED -> JobOutcome.JOB_OUTCOME_FAILED;
            case CANCELLED -> JobOutcome.JOB_OUTCOME_CANCELLED;
            case EXPIRED -> JobOutcome.JOB_OUTCOME_EXPIRED;
        };
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
