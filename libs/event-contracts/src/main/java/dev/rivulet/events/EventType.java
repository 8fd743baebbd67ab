package dev.rivulet.events;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.rivulet.events.Topic.Kind;
import dev.rivulet.events.identity.v1.ApiKeyChanged;
import dev.rivulet.events.identity.v1.BudgetSpent;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResponseKept;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.events.model.v1.RolloutChanged;
import java.time.Duration;
import java.util.List;

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
                    .readBy("model-registry", "judges the candidate of a rollout beside its baseline"),
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
                    .readBy("inference-service", "answers jobs, as one group")
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
            RESPONSE_KEPT);

    /** The topics which a service alone writes and therefore creates at its start. */
    public static List<Topic> topicsOwnedBy(String service) {
        return ALL.stream()
                .map(EventType::topic)
                .filter(topic -> topic.owner().equals(service))
                .distinct()
                .toList();
    }
}
