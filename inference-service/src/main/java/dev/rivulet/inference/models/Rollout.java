// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.events.model.v1.RolloutState;
import java.time.Instant;
import java.util.Set;

/**
 * The newest rollout of a model, as {@code model.rollout.changed} tells it.
 *
 * @param revision grows with every change of this rollout
 * @param state how far it is
 * @param changedAt when the registry wrote this
 */
record Rollout(
        String id,
        long revision,
        String baseline,
        String candidate,
        RolloutState state,
        Instant startedAt,
        Instant changedAt) {

    private static final Set<RolloutState> UNDER_WAY = Set.of(
            RolloutState.ROLLOUT_STATE_PREPARING,
            RolloutState.ROLLOUT_STATE_SHADOWING,
            RolloutState.ROLLOUT_STATE_CANARY,
            RolloutState.ROLLOUT_STATE_PAUSED,
            RolloutState.ROLLOUT_STATE_HOLDING);

    static Rollout of(RolloutChanged event) {
        return new Rollout(
                event.getRollout(),
                event.getRevision(),
                event.getBaseline(),
                event.getCandidate(),
                event.getState(),
                Times.instant(event.getStartedAt()),
                Times.instant(event.getChangedAt()));
    }

    /** Whether this is a later word than another: of the same rollout, or of one that started later. */
    boolean supersedes(Rollout other) {
        return id.equals(other.id) ? revision > other.revision : startedAt.isAfter(other.startedAt);
    }

    /** Whether both versions are to be loaded. A state of a later release is none of these. */
    boolean underWay() {
        return UNDER_WAY.contains(state);
    }

    /**
     * Whether the candidate is the champion by this word, which the word about the model has yet to tell: both are written at once
     * and come on topics of their own.
     */
    boolean awaitsChampion(String champion, Instant modelChangedAt) {
        return state == RolloutState.ROLLOUT_STATE_PROMOTED
                && champion.equals(baseline)
                && !modelChangedAt.isAfter(changedAt);
    }
}
