// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** Where a rollout stands. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RolloutState.Preparing.class, name = "preparing"),
    @JsonSubTypes.Type(value = RolloutState.Shadowing.class, name = "shadowing"),
    @JsonSubTypes.Type(value = RolloutState.Canary.class, name = "canary"),
    @JsonSubTypes.Type(value = RolloutState.Holding.class, name = "holding"),
    @JsonSubTypes.Type(value = RolloutState.Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = RolloutState.Promoted.class, name = "promoted"),
    @JsonSubTypes.Type(value = RolloutState.RolledBack.class, name = "rolled_back"),
    @JsonSubTypes.Type(value = RolloutState.Aborted.class, name = "aborted")
})
public sealed interface RolloutState {

    /** When it came to stand so. */
    Instant since();

    /** Its name for programs. */
    default String wire() {
        return switch (this) {
            case Preparing _ -> "preparing";
            case Shadowing _ -> "shadowing";
            case Canary _ -> "canary";
            case Holding _ -> "holding";
            case Paused _ -> "paused";
            case Promoted _ -> "promoted";
            case RolledBack _ -> "rolled_back";
            case Aborted _ -> "aborted";
        };
    }

    /** How many of a hundred sessions the candidate serves. */
    default int share() {
        return switch (this) {
            case Preparing _, Shadowing _, RolledBack _, Aborted _ -> 0;
            case Canary canary -> canary.percent();
            case Holding _, Promoted _ -> Plan.ALL;
            case Paused paused -> paused.before().share();
        };
    }

    /** Something goes on by itself. */
    sealed interface Running extends RolloutState {}

    /** Nothing changes any more. */
    sealed interface Ended extends RolloutState {}

    /** Replicas fetch, verify, load and warm the candidate. */
    record Preparing(Instant since) implements Running {}

    /** Requests are mirrored to the candidate, whose answers nobody gets. */
    record Shadowing(Instant since) implements Running {}

    /** The candidate serves {@code percent}, 1 to 99. */
    record Canary(int percent, Instant since) implements Running {}

    /** The candidate serves all; the baseline stays loaded. */
    record Holding(Instant since) implements Running {}

    /** As before, but no step is taken. */
    record Paused(Running before, Instant since) implements RolloutState {}

    /** The candidate is the champion. */
    record Promoted(Instant since) implements Ended {}

    /** The baseline serves all, because the candidate was worse. */
    record RolledBack(Instant since) implements Ended {}

    /** The baseline serves all, because a person said so. */
    record Aborted(Instant since) implements Ended {}
}
