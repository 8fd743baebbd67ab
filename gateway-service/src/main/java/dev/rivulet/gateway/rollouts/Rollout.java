// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.events.model.v1.RolloutState;
import dev.rivulet.gateway.exchange.Hash64;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * The newest rollout of a model, as {@code model.rollout.changed} tells it.
 *
 * @param revision grows with every change of this rollout
 * @param percent of a hundred sessions, how many the candidate answers: 0 to 100
 * @param salt makes the split of this rollout another one than that of the next
 * @param changedAt when the registry decided this, by its clock
 */
record Rollout(
        String model,
        String id,
        long revision,
        String baseline,
        String candidate,
        RolloutState state,
        int percent,
        String salt,
        Instant startedAt,
        Instant changedAt) {

    private static final Set<RolloutState> SPLITS = EnumSet.of(
            RolloutState.ROLLOUT_STATE_CANARY, RolloutState.ROLLOUT_STATE_PAUSED, RolloutState.ROLLOUT_STATE_HOLDING);

    private static final double ALL = 100;

    /** Hashes have 53 bits as a fraction: what a double holds exactly. */
    private static final int DROPPED_BITS = 11;

    private static final double RANGE = 1L << (Long.SIZE - DROPPED_BITS);

    static Rollout of(RolloutChanged event) {
        return new Rollout(
                event.getModel(),
                event.getRollout(),
                event.getRevision(),
                event.getBaseline(),
                event.getCandidate(),
                event.getState(),
                Math.clamp(event.getPercent(), 0, 100),
                event.getSalt(),
                instant(event.getStartedAt()),
                instant(event.getChangedAt()));
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    /** Whether this is a later word than another: of the same rollout, or of one that started later. */
    boolean supersedes(Rollout other) {
        return id.equals(other.id) ? revision > other.revision : startedAt.isAfter(other.startedAt);
    }

    /** Whether this is the next word on the same rollout by which the candidate gets a greater share. */
    boolean grows(Rollout before) {
        return id.equals(before.id) && revision > before.revision && percent > before.percent;
    }

    /** Whether replicas may have both versions. A state of a later release is none of these. */
    boolean underWay() {
        return SPLITS.contains(state) || mirrors() || state == RolloutState.ROLLOUT_STATE_PREPARING;
    }

    /** Whether requests are mirrored to the candidate. */
    boolean mirrors() {
        return state == RolloutState.ROLLOUT_STATE_SHADOWING;
    }

    /** Whether a session belongs to the candidate; one that does stays there while the percentage grows. */
    boolean isForCandidate(String session) {
        return SPLITS.contains(state) && fraction(salt, session) < percent / ALL;
    }

    /** Where a session stands between 0 and 1, exclusive: the same at every gateway, and spread evenly. */
    static double fraction(String salt, String session) {
        long hash = Hash64.mixed(Hash64.next(Hash64.next(Hash64.START, salt), session));
        return (hash >>> DROPPED_BITS) / RANGE;
    }
}
