// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;

/**
 * What happened to a rollout. Kept for ever: names and fields of these records are never renamed or given another meaning; fields may
 * be added if they may be missing.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RolloutEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = RolloutEvent.Prepared.class, name = "prepared"),
    @JsonSubTypes.Type(value = RolloutEvent.ShadowStarted.class, name = "shadow_started"),
    @JsonSubTypes.Type(value = RolloutEvent.Advanced.class, name = "advanced"),
    @JsonSubTypes.Type(value = RolloutEvent.Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = RolloutEvent.Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = RolloutEvent.Promoted.class, name = "promoted"),
    @JsonSubTypes.Type(value = RolloutEvent.RolledBack.class, name = "rolled_back"),
    @JsonSubTypes.Type(value = RolloutEvent.Aborted.class, name = "aborted")
})
public sealed interface RolloutEvent {

    /** Why it happened. */
    Decision decision();

    /** The candidate is to take the baseline's place; {@code salt} splits the sessions. */
    record Started(
            ModelName model, VersionName baseline, VersionName candidate, Plan plan, String salt, Decision decision)
            implements RolloutEvent {}

    /** Replicas have the candidate; it serves the first {@code percent}. */
    record Prepared(int percent, Decision decision) implements RolloutEvent {}

    /** Replicas have the candidate; requests are mirrored to it, and it serves nobody. */
    record ShadowStarted(Decision decision) implements RolloutEvent {}

    /** The candidate serves {@code percent}. */
    record Advanced(int percent, Decision decision) implements RolloutEvent {}

    /** No step is taken until a person says so. */
    record Paused(Decision decision) implements RolloutEvent {}

    /** Steps are taken again; the step begins anew. */
    record Resumed(Decision decision) implements RolloutEvent {}

    /** The candidate is the champion. */
    record Promoted(Decision decision) implements RolloutEvent {}

    /** The baseline serves all, because the candidate was worse. */
    record RolledBack(Decision decision) implements RolloutEvent {}

    /** The baseline serves all, because a person said so. */
    record Aborted(Decision decision) implements RolloutEvent {}

    /**
     * An event in its place.
     *
     * @param version 1 for the first of a rollout, without gaps
     * @param at microseconds
     */
    record Recorded(RolloutId rollout, long version, Instant at, RolloutEvent event) {

        /** The name of the event's kind, as it is stored. */
        public String type() {
            return switch (event) {
                case Started _ -> "started";
                case Prepared _ -> "prepared";
                case ShadowStarted _ -> "shadow_started";
                case Advanced _ -> "advanced";
                case Paused _ -> "paused";
                case Resumed _ -> "resumed";
                case Promoted _ -> "promoted";
                case RolledBack _ -> "rolled_back";
                case Aborted _ -> "aborted";
            };
        }
    }
}
