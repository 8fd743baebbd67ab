// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.inference.v1.ShadowOutcome;
import dev.rivulet.gateway.rollouts.RolloutCounts.Shadow;
import java.time.Instant;
import java.time.InstantSource;

/** Counts what mirrored requests came to, and tells on what says something of the candidate. */
final class ShadowLedger {

    private final RolloutCounts counts;
    private final ShadowResults told;
    private final InstantSource clock;

    ShadowLedger(RolloutCounts counts, ShadowResults told, InstantSource clock) {
        this.counts = counts;
        this.told = told;
        this.clock = clock;
    }

    /** @param agreed how many characters of two answers that differ are the same from the beginning on */
    void enter(Rollout rollout, Shadow outcome, int agreed) {
        counts.count(rollout, outcome);
        switch (outcome) {
            case EQUAL -> tell(rollout, ShadowOutcome.SHADOW_OUTCOME_EQUAL, 0);
            case DIFFERENT -> {
                counts.agreed(rollout, agreed);
                tell(rollout, ShadowOutcome.SHADOW_OUTCOME_DIFFERENT, agreed);
            }
            case SAMPLED -> tell(rollout, ShadowOutcome.SHADOW_OUTCOME_SAMPLED, 0);
            case FAILED -> tell(rollout, ShadowOutcome.SHADOW_OUTCOME_FAILED, 0);
            case ENDED, DROPPED -> {}
        }
    }

    private void tell(Rollout rollout, ShadowOutcome outcome, int agreed) {
        Instant now = clock.instant();
        told.compared(ShadowCompared.newBuilder()
                .setModel(rollout.model())
                .setRollout(rollout.id())
                .setBaseline(rollout.baseline())
                .setCandidate(rollout.candidate())
                .setOutcome(outcome)
                .setAgreedCharacters(agreed)
                .setComparedAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .build());
    }
}
