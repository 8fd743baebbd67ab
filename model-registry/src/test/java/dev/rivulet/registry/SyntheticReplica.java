// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.inference.v1.ShadowOutcome;
import dev.rivulet.events.inference.v1.StageTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tells on the real topics what a replica with two versions of a model would. */
final class SyntheticReplica implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String model;
    private final Random random = new Random(42);
    private final Timestamp started = timestamp(Instant.now());
    private long sequence;

    SyntheticReplica(String brokers, String model) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
        this.model = model;
        // As a replica and a gateway do: the broker makes what is asked for, whichever test is the first.
        for (EventType<?> type : List.of(
                EventType.REPLICA_STATUS_REPORTED,
                EventType.COMPLETION_RECORDED,
                EventType.FEEDBACK_GIVEN,
                EventType.SHADOW_COMPARED)) {
            producer.partitionsFor(type.topic().name());
        }
    }

    /** Reports version 1 as ready and version 2 in this state. */
    void report(ModelState candidate, String problem) {
        send(
                EventType.REPLICA_STATUS_REPORTED,
                "replica-of-" + model,
                ReplicaStatusReported.newBuilder()
                        .setReplica("replica-of-" + model)
                        .setStartedAt(started)
                        .setSequence(++sequence)
                        .setReportedAt(timestamp(Instant.now()))
                        .addAllModels(
                                List.of(served("1", ModelState.MODEL_STATE_READY, ""), served("2", candidate, problem)))
                        .build());
    }

    private ServedModel served(String version, ModelState state, String problem) {
        return ServedModel.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setState(state)
                .setProblem(problem)
                .build();
    }

    /** Answers requests of a version, some of them with errors, so many times slower than usual. */
    void answer(String version, int requests, double errors, double slower) {
        for (int i = 0; i < requests; i++) {
            String request = UUID.randomUUID().toString();
            double time = slower * Math.exp(0.3 * random.nextGaussian());
            send(
                    EventType.COMPLETION_RECORDED,
                    request,
                    CompletionRecorded.newBuilder()
                            .setRequest(request)
                            .setReplica("replica-of-" + model)
                            .setModel(model)
                            .setVersion(version)
                            .setCompletionTokens(21)
                            .setFinishReason(random.nextDouble() < errors ? "error" : "stop")
                            .addStages(stage("queue", 0.001))
                            .addStages(stage("tokenise", 0.001))
                            .addStages(stage("prefill", 0.1 * time))
                            .addStages(stage("decode", 0.4 * time))
                            .setFinishedAt(timestamp(Instant.now()))
                            .build());
        }
    }

    /** Is ready and answers forty requests of each version, the candidate so much worse. */
    void tell(double errors, double slower) {
        report(ModelState.MODEL_STATE_READY, "");
        answer("1", 40, 0, 1);
        answer("2", 40, errors, slower);
    }

    /** Callers say what they think of answers of a version: so many thumbs, of which some are down. */
    void judge(String version, int thumbs, int down) {
        for (int i = 0; i < thumbs; i++) {
            String request = UUID.randomUUID().toString();
            send(
                    EventType.FEEDBACK_GIVEN,
                    request,
                    FeedbackGiven.newBuilder()
                            .setRequest(request)
                            .setModel(model)
                            .setVersion(version)
                            .setScore(i < down ? 0 : 1)
                            .setGivenAt(timestamp(Instant.now()))
                            .build());
        }
    }

    /** A gateway mirrored so many requests, all of which came to this. */
    void mirror(int requests, ShadowOutcome outcome) {
        for (int i = 0; i < requests; i++) {
            send(
                    EventType.SHADOW_COMPARED,
                    model,
                    ShadowCompared.newBuilder()
                            .setModel(model)
                            .setBaseline("1")
                            .setCandidate("2")
                            .setOutcome(outcome)
                            .setComparedAt(timestamp(Instant.now()))
                            .build());
        }
    }

    private static StageTime stage(String name, double seconds) {
        return StageTime.newBuilder()
                .setStage(name)
                .setDuration(Duration.newBuilder().setSeconds((long) seconds).setNanos((int) (seconds % 1 * 1e9)))
                .build();
    }

    private <T extends Message> void send(EventType<T> type, String key, T data) {
        Event<T> event = new Event<>(UUID.randomUUID().toString(), "/synthetic", type, key, Instant.now(), null, data);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(type.topic().name(), event.key(), event.value());
        event.headers().forEach((name, value) -> record.headers().add(name, value));
        producer.send(record);
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(5));
    }
}
