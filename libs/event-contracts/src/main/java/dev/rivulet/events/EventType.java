// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.rivulet.events.Topic.Kind;
import dev.rivulet.events.federation.v1.LeaderElected;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.RoundChanged;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.events.identity.v1.ApiKeyChanged;
import dev.rivulet.events.identity.v1.BudgetSpent;
import dev.rivulet.events.inference.v1.AnswerGiven;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResponseKept;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.events.model.v1.RolloutChanged;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The catalogue of events: type name, topic and payload.
 *
 * @param type the CloudEvents type, also the full name of the Protobuf message
 * @param topic where it travels
 * @param parser reads its payload
 */
public record EventType<T extends Message>(String type, Topic topic, Parser<T> parser) {

    public static final EventType<ModelVersionChanged> MODEL_VERSION_CHANGED = new EventType<>(
            "rivulet.model.v1.ModelVersionChanged",
            new Topic("model.version.changed", "model", 4, Kind.STATE, Duration.ofDays(7), "model-registry")
                    .readBy("inference-service", "loads the version that the alias champion names"),
            ModelVersionChanged.parser());

    public static final EventType<RolloutChanged> ROLLOUT_CHANGED = new EventType<>(
            "rivulet.model.v1.RolloutChanged",
            new Topic("model.rollout.changed", "model", 4, Kind.STATE, Duration.ofDays(7), "model-registry")
                    .readBy("inference-service", "loads the candidate beside the baseline until the rollout has ended")
                    .readBy("gateway-service", "splits requests between baseline and candidate"),
            RolloutChanged.parser());

    public static final EventType<ReplicaStatusReported> REPLICA_STATUS_REPORTED = new EventType<>(
            "rivulet.inference.v1.ReplicaStatusReported",
            new Topic("inference.replica.status", "replica", 4, Kind.STATE, Duration.ofHours(1), "inference-service")
                    .readBy("gateway-service", "knows which replicas there are and how loaded they are")
                    .readBy("console", "shows replicas and what they serve")
                    .readBy("model-registry", "sees whether replicas are ready for a rollout, and which of them fail"),
            ReplicaStatusReported.parser());

    public static final EventType<CompletionRecorded> COMPLETION_RECORDED = new EventType<>(
            "rivulet.inference.v1.CompletionRecorded",
            new Topic("inference.completion.recorded", "request", 8, Kind.LOG, Duration.ofDays(7), "inference-service")
                    .readForEffectBy("model-registry", "counts how much each version is used, and judges rollouts")
                    .readBy("console", "shows the way of a request"),
            CompletionRecorded.parser());

    public static final EventType<ApiKeyChanged> API_KEY_CHANGED = new EventType<>(
            "rivulet.identity.v1.ApiKeyChanged",
            new Topic("identity.key.changed", "key", 1, Kind.STATE, Duration.ofDays(7), "gateway-service")
                    .readBy("gateway-service", "knows every API key, whichever gateway changed it"),
            ApiKeyChanged.parser());

    public static final EventType<BudgetSpent> BUDGET_SPENT = new EventType<>(
            "rivulet.identity.v1.BudgetSpent",
            new Topic("identity.budget.spent", "key", 1, Kind.LOG, Duration.ofHours(25), "gateway-service")
                    .readBy("gateway-service", "counts what other gateways served against the same budget"),
            BudgetSpent.parser());

    public static final EventType<RequestSubmitted> REQUEST_SUBMITTED = new EventType<>(
            "rivulet.inference.v1.RequestSubmitted",
            new Topic(
                            "inference.request.submitted",
                            "session or job",
                            8,
                            Kind.LOG,
                            Duration.ofDays(1),
                            "gateway-service")
                    .readForEffectBy("inference-service", "answers jobs, as one group")
                    .readBy("gateway-service", "tells of a job that another gateway took"),
            RequestSubmitted.parser());

    public static final EventType<RequestCancelled> REQUEST_CANCELLED = new EventType<>(
            "rivulet.inference.v1.RequestCancelled",
            new Topic("inference.request.cancelled", "job", 1, Kind.LOG, Duration.ofDays(1), "gateway-service")
                    .readBy("inference-service", "ends a job or never begins it")
                    .readBy("gateway-service", "shows a job as cancelling, or forgets it"),
            RequestCancelled.parser());

    public static final EventType<ResultCompleted> RESULT_COMPLETED = new EventType<>(
            "rivulet.inference.v1.ResultCompleted",
            new Topic("inference.result.completed", "job", 8, Kind.LOG, Duration.ofDays(1), "inference-service")
                    .readBy("gateway-service", "answers who asks for a job"),
            ResultCompleted.parser());

    public static final EventType<JobProgressed> JOB_PROGRESSED = new EventType<>(
            "rivulet.inference.v1.JobProgressed",
            new Topic("inference.job.progressed", "job", 8, Kind.LOG, Duration.ofMinutes(30), "inference-service")
                    .readBy("gateway-service", "tells who follows a job how far it is"),
            JobProgressed.parser());

    public static final EventType<ResponseKept> RESPONSE_KEPT = new EventType<>(
            "rivulet.inference.v1.ResponseKept",
            new Topic("inference.response.kept", "response", 4, Kind.LOG, Duration.ofDays(1), "gateway-service")
                    .readBy("gateway-service", "answers for a response that another gateway kept"),
            ResponseKept.parser());

    public static final EventType<AnswerGiven> ANSWER_GIVEN = new EventType<>(
            "rivulet.inference.v1.AnswerGiven",
            new Topic("inference.answer.given", "request", 4, Kind.LOG, Duration.ofDays(1), "gateway-service")
                    .readBy("gateway-service", "takes a verdict on an answer that another gateway gave"),
            AnswerGiven.parser());

    public static final EventType<FeedbackGiven> FEEDBACK_GIVEN = new EventType<>(
            "rivulet.inference.v1.FeedbackGiven",
            new Topic("inference.feedback.given", "request", 4, Kind.LOG, Duration.ofDays(7), "gateway-service")
                    .readBy("model-registry", "compares what callers think of the versions of a rollout")
                    .readBy("console", "shows what a caller thought of a request")
                    .readBy("gateway-service", "knows which verdict on an answer was the first"),
            FeedbackGiven.parser());

    public static final EventType<ShadowCompared> SHADOW_COMPARED = new EventType<>(
            "rivulet.inference.v1.ShadowCompared",
            new Topic("inference.shadow.compared", "model", 4, Kind.LOG, Duration.ofDays(7), "gateway-service")
                    .readBy("model-registry", "knows how often a candidate answers as its baseline does"),
            ShadowCompared.parser());

    public static final EventType<RoundChanged> ROUND_CHANGED = new EventType<>(
            "rivulet.federation.v1.RoundChanged",
            new Topic("federation.round.changed", "round", 4, Kind.LOG, Duration.ofDays(7), "federation-service"),
            RoundChanged.parser());

    public static final EventType<LeaderElected> LEADER_ELECTED = new EventType<>(
            "rivulet.federation.v1.LeaderElected",
            new Topic(
                            "federation.leader.elected",
                            "federation",
                            8,
                            Kind.STATE,
                            Duration.ofDays(7),
                            "federation-service")
                    .readBy("federation-service", "elects by it: whoever is given a partition leads its federations"),
            LeaderElected.parser());

    public static final EventType<UpdateReceived> UPDATE_RECEIVED = new EventType<>(
            "rivulet.federation.v1.UpdateReceived",
            new Topic(
                            "federation.update.received",
                            "round and shard",
                            8,
                            Kind.BULK,
                            Duration.ofHours(1),
                            "federation-service")
                    .readBy("federation-service", "sums updates in shards, each once"),
            UpdateReceived.parser());

    public static final EventType<PartialAggregated> PARTIAL_AGGREGATED = new EventType<>(
            "rivulet.federation.v1.PartialAggregated",
            new Topic(
                            "federation.partial.aggregated",
                            "round and shard",
                            8,
                            Kind.BULK,
                            Duration.ofHours(1),
                            "federation-service")
                    .readBy("federation-service", "makes the next version of the sums of all shards"),
            PartialAggregated.parser());

    /** The payload's shape. */
    public Descriptor descriptor() {
        try {
            return parser.parseFrom(new byte[0]).getDescriptorForType();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("No bytes are the empty message of every type", e);
        }
    }

    /** Every type, in the order of the documentation. */
    public static final List<EventType<?>> ALL = List.of(
            MODEL_VERSION_CHANGED,
            ROLLOUT_CHANGED,
            REPLICA_STATUS_REPORTED,
            COMPLETION_RECORDED,
            API_KEY_CHANGED,
            BUDGET_SPENT,
            REQUEST_SUBMITTED,
            REQUEST_CANCELLED,
            RESULT_COMPLETED,
            JOB_PROGRESSED,
            RESPONSE_KEPT,
            ANSWER_GIVEN,
            FEEDBACK_GIVEN,
            SHADOW_COMPARED,
            ROUND_CHANGED,
            LEADER_ELECTED,
            UPDATE_RECEIVED,
            PARTIAL_AGGREGATED);

    /** Every topic: those of events, then for each that is read for an effect where its dead letters go and come back from. */
    public static List<Topic> topics() {
        List<Topic> events =
                ALL.stream().<Topic>map(EventType::topic).distinct().toList();
        return Stream.concat(
                        events.stream(),
                        events.stream()
                                .filter(topic -> !topic.effectReaders().isEmpty())
                                .flatMap(topic -> Stream.of(topic.deadLetters(), topic.replays())))
                .toList();
    }

    /** The topics which a service creates at its start: those that it alone writes, and for the registry those of dead letters. */
    public static List<Topic> topicsOwnedBy(String service) {
        return topics().stream().filter(topic -> topic.owner().equals(service)).toList();
    }
}
