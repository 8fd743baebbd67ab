// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.List;

/**
 * What a plan came to.
 *
 * @param plan the plan that ran
 * @param progress one entry for each sequence that a row or a chunk of the plan advanced
 * @param failed sequences whose part of the step failed: they end, and nothing of their slots is trusted
 * @param decodeNanos what the decode step took, 0 without one
 * @param verifyNanos what the verifications took, drafting included, 0 without any
 * @param prefillNanos what the chunks took
 * @param at nanoseconds of the loop's clock when the step ended
 */
public record StepOutcome(
        StepPlan plan,
        List<Progress> progress,
        List<SequenceId> failed,
        long decodeNanos,
        long verifyNanos,
        long prefillNanos,
        long at) {

    public StepOutcome {
        progress = List.copyOf(progress);
        failed = List.copyOf(failed);
    }

    /** Without verifications. */
    public StepOutcome(
            StepPlan plan,
            List<Progress> progress,
            List<SequenceId> failed,
            long decodeNanos,
            long prefillNanos,
            long at) {
        this(plan, progress, failed, decodeNanos, 0, prefillNanos, at);
    }
}
