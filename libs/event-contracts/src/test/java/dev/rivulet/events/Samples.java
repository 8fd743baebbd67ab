// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.federation.v1.LeaderElected;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.RoundChanged;
import dev.rivulet.events.federation.v1.RoundPhase;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.events.identity.v1.ApiKeyChanged;
import dev.rivulet.events.identity.v1.BudgetSpent;
import dev.rivulet.events.identity.v1.HashedSecret;
import dev.rivulet.events.identity.v1.KeyLimits;
import dev.rivulet.events.inference.v1.AnswerGiven;
import dev.rivulet.events.inference.v1.Capability;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.JobProgressed;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.inference.v1.RequestCancelled;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.events.inference.v1.ResponseKept;
import dev.rivulet.events.inference.v1.ResultCompleted;
import dev.rivulet.events.inference.v1.ServedModel;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.inference.v1.ShadowOutcome;
import dev.rivulet.events.inference.v1.StageTime;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelFile;
import dev.rivulet.events.model.v1.ModelVersion;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.events.model.v1.RolloutState;
import java.util.Map;

/** One message of every type with every field of release 0.1.0 set; never changed afterwards. */
final class Samples {

    private static final Timestamp AT = Timestamp.newBuilder()
            .setSeconds(1_793_000_000L)
            .setNanos(123_000_000)
            .build();

    private Samples() {}

    /** Type name to message. */
    static Map<String, Message> all() {
        return Map.ofEntries(
                Map.entry(EventType.MODEL_VERSION_CHANGED.type(), model()),
                Map.entry(EventType.ROLLOUT_CHANGED.type(), rollout()),
                Map.entry(EventType.REPLICA_STATUS_REPORTED.type(), replica()),
                Map.entry(EventType.COMPLETION_RECORDED.type(), completion()),
                Map.entry(EventType.API_KEY_CHANGED.type(), key()),
                Map.entry(EventType.BUDGET_SPENT.type(), spent()),
                Map.entry(EventType.REQUEST_SUBMITTED.type(), submitted()),
                Map.entry(EventType.REQUEST_CANCELLED.type(), cancelled()),
                Map.entry(EventType.RESULT_COMPLETED.type(), result()),
                Map.entry(EventType.JOB_PROGRESSED.type(), progress()),
                Map.entry(EventType.RESPONSE_KEPT.type(), kept()),
                Map.entry(EventType.ANSWER_GIVEN.type(), answer()),
                Map.entry(EventType.FEEDBACK_GIVEN.type(), feedback()),
                Map.entry(EventType.SHADOW_COMPARED.type(), shadow()),
                Map.entry(EventType.ROUND_CHANGED.type(), round()),
                Map.entry(EventType.LEADER_ELECTED.type(), leader()),
                Map.entry(EventType.UPDATE_RECEIVED.type(), update()),
                Map.entry(EventType.PARTIAL_AGGREGATED.type(), partial()));
    }

    static UpdateReceived update() {
        return UpdateReceived.newBuilder()
                .setFederation("ward-assistants")
                .setRound(12)
                .setShard(3)
                .setValues(2)
                .setDevice("0b1d9a3c-0000-4000-8000-000000000002")
                .setSha256("ab".repeat(32))
                .setWeight(160)
                .setUpdate(ByteString.copyFromUtf8("RVU"))
                .setAsk("0b1d9a3c-0000-4000-8000-000000000003")
                .build();
    }

    static PartialAggregated partial() {
        return PartialAggregated.newBuilder()
                .setFederation("ward-assistants")
                .setRound(12)
                .setShard(3)
                .setValues(2)
                .setAsk("0b1d9a3c-0000-4000-8000-000000000003")
                .putUpdates("0b1d9a3c-0000-4000-8000-000000000002", "ab".repeat(32))
                .setSum(ByteString.copyFromUtf8("RVP"))
                .build();
    }

    static ModelVersionChanged model() {
        return ModelVersionChanged.newBuilder()
                .setModel("building-assistant")
                .setRevision(7)
                .setTask("text-generation")
                .addVersions(ModelVersion.newBuilder()
                        .setVersion("1.0.0")
                        .addFiles(ModelFile.newBuilder()
                                .setPath("weights/model.safetensors")
                                .setSha256("ab".repeat(32))
                                .setSizeBytes(8_000_000_000L))
                        .putTags("language", "de")
                        .setCreatedAt(AT))
                .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion("1.0.0"))
                .setRegistryUrl("http://127.0.0.1:7102")
                .setChangedAt(AT)
                .build();
    }

    static LeaderElected leader() {
        return LeaderElected.newBuilder()
                .setFederation("ward-assistants")
                .setEpoch(7)
                .setAddress("http://federation-1:7106")
                .setSince(AT)
                .build();
    }

    static ResponseKept kept() {
        return ResponseKept.newBuilder()
                .setResponse("resp_1")
                .setTenant("team")
                .setBody(ByteString.copyFromUtf8("{}"))
                .setItems(ByteString.copyFromUtf8("[]"))
                .setKeptAt(AT)
                .setForgotten(true)
                .setGateway("gateway-1")
                .build();
    }

    static AnswerGiven answer() {
        return AnswerGiven.newBuilder()
                .setRequest("0b1d9a3c-0000-4000-8000-000000000001")
                .setOwner(ByteString.copyFromUtf8("thirty-two bytes of a digest...."))
                .setModel("building-assistant")
                .setVersion("1.1.0")
                .setGivenAt(AT)
                .build();
    }

    static FeedbackGiven feedback() {
        return FeedbackGiven.newBuilder()
                .setRequest("0b1d9a3c-0000-4000-8000-000000000001")
                .setModel("building-assistant")
                .setVersion("1.1.0")
                .setScore(0.75)
                .setGivenAt(AT)
                .build();
    }

    static ShadowCompared shadow() {
        return ShadowCompared.newBuilder()
                .setModel("building-assistant")
                .setRollout("r-7")
                .setBaseline("1.0.0")
                .setCandidate("1.1.0")
                .setOutcome(ShadowOutcome.SHADOW_OUTCOME_DIFFERENT)
                .setAgreedCharacters(17)
                .setComparedAt(AT)
                .build();
    }

    static RoundChanged round() {
        return RoundChanged.newBuilder()
                .setFederation("ward-assistants")
                .setRound(12)
                .setRevision(41)
                .setPhase(RoundPhase.ROUND_PHASE_AGGREGATED)
                .setBaseVersion(11)
                .setSelected(40)
                .setCounted(36)
                .setDropped(2)
                .setVersion(12)
                .setSha256("ab".repeat(32))
                .setLossBefore(0.25)
                .setReason("goal")
                .setChangedAt(AT)
                .build();
    }

    static RolloutChanged rollout() {
        return RolloutChanged.newBuilder()
                .setModel("building-assistant")
                .setRollout("r-7")
                .setRevision(3)
                .setBaseline("1.0.0")
                .setCandidate("1.1.0")
                .setState(RolloutState.ROLLOUT_STATE_CANARY)
                .setPercent(10)
                .setSalt("c2FsdA")
                .setReason("1 % was no worse over 4 windows")
                .setStartedAt(AT)
                .setChangedAt(AT)
                .build();
    }

    static ReplicaStatusReported replica() {
        return ReplicaStatusReported.newBuilder()
                .setReplica("replica-1")
                .setUrl("http://127.0.0.1:7103")
                .setSequence(42)
                .setStartedAt(AT)
                .setReportedAt(AT)
                .setDraining(true)
                .setDevice("cpu")
                .setMemoryBytes(1_234_567_890_123L)
                .addModels(ServedModel.newBuilder()
                        .setModel("building-assistant")
                        .setVersion("1.0.0")
                        .setState(ModelState.MODEL_STATE_READY)
                        .addCapabilities(Capability.CAPABILITY_CHAT)
                        .addCapabilities(Capability.CAPABILITY_COMPLETION)
                        .setContextLength(2048)
                        .setSlots(16)
                        .setSlotsActive(3)
                        .setSlotsParked(1)
                        .setQueued(2)
                        .setOutstandingTokens(512)
                        .setTokensPerSecond(123.5)
                        .setProblem("none"))
                .build();
    }

    static CompletionRecorded completion() {
        return CompletionRecorded.newBuilder()
                .setRequest("0b1d9a3c-0000-4000-8000-000000000001")
                .setReplica("replica-1")
                .setModel("building-assistant")
                .setVersion("1.0.0")
                .setPromptTokens(31)
                .setCompletionTokens(17)
                .setFinishReason("stop")
                .addStages(StageTime.newBuilder()
                        .setStage("prefill")
                        .setDuration(Duration.newBuilder().setNanos(4_200_000)))
                .setFinishedAt(AT)
                .build();
    }

    static ApiKeyChanged key() {
        return ApiKeyChanged.newBuilder()
                .setKey("abcdefghij12")
                .setRevision(3)
                .setName("front-desk")
                .addScopes("inference")
                .setPriority("normal")
                .setLimits(KeyLimits.newBuilder()
                        .setRequestsPerMinute(60)
                        .setTokensPerMinute(10_000)
                        .setTokensPerDay(1_000_000))
                .addSecrets(HashedSecret.newBuilder()
                        .setAlgorithm("PBKDF2WithHmacSHA256")
                        .setSalt(ByteString.copyFromUtf8("0123456789abcdef"))
                        .setIterations(100_000)
                        .setHash(ByteString.copyFromUtf8("0123456789abcdef0123456789abcdef"))
                        .setValidUntil(AT))
                .setCreatedAt(AT)
                .setCreatedBy("first")
                .setExpiresAt(AT)
                .setRevokedAt(AT)
                .build();
    }

    static BudgetSpent spent() {
        return BudgetSpent.newBuilder()
                .setName("front-desk")
                .setLimits(KeyLimits.newBuilder().setTokensPerDay(1_000_000))
                .setRequests(2)
                .setTokens(-30)
                .setSpentAt(AT)
                .setGateway("0b1d9a3c-0000-4000-8000-000000000002")
                .build();
    }

    static RequestSubmitted submitted() {
        return RequestSubmitted.newBuilder()
                .setJob("job_1")
                .setTenant("front-desk")
                .setPriority("low")
                .setEndpoint("/v1/chat/completions")
                .setModel("building-assistant")
                .setSession("s-1")
                .setBody(ByteString.copyFromUtf8("{\"model\":\"building-assistant\"}"))
                .setSubmittedAt(AT)
                .setExpiresAt(AT)
                .build();
    }

    static RequestCancelled cancelled() {
        return RequestCancelled.newBuilder()
                .setJob("job_1")
                .setTenant("front-desk")
                .setCancelledAt(AT)
                .build();
    }

    static ResultCompleted result() {
        return ResultCompleted.newBuilder()
                .setJob("job_1")
                .setTenant("front-desk")
                .setOutcome(JobOutcome.JOB_OUTCOME_COMPLETED)
                .setStatusCode(200)
                .setContentType("application/json")
                .setBody(ByteString.copyFromUtf8("{}"))
                .setReplica("replica-1")
                .setAttempts(2)
                .setStartedAt(AT)
                .setFinishedAt(AT)
                .build();
    }

    static JobProgressed progress() {
        return JobProgressed.newBuilder()
                .setJob("job_1")
                .setReplica("replica-1")
                .setRun("0b1d9a3c-0000-4000-8000-000000000002")
                .setSequence(3)
                .setEvents(ByteString.copyFromUtf8("data: {}\n\n"))
                .setAt(AT)
                .build();
    }
}
