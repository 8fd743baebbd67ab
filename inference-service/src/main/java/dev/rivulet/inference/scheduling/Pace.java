// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * How long the parts of steps take of late, as moving averages in nanoseconds; 0 while unknown.
 *
 * @param decode one decode step, verifications included
 * @param prefill one prompt token of a prefill beside a decode step
 * @param worth what speculation is worth
 * @param deferred prompt tokens computed since those that decode did so, 0 if nobody waits for that
 */
record Pace(double decode, double prefill, Worth worth, int deferred) {

    static final Pace UNKNOWN = new Pace(0, 0, Worth.UNKNOWN, 0);

    private static final double WEIGHT = 0.2;
    private static final int FIRST_GUESS = 32;
    private static final int LEAST = 4;

    /** After a step. What prefill costs alone says little of it in the small chunks that go beside a decode step. */
    Pace after(StepOutcome outcome) {
        int tokens = outcome.plan().chunks().stream()
                .mapToInt(StepPlan.Chunk::tokens)
                .sum();
        boolean decoded = outcome.plan().decodes();
        BatchState arranged = outcome.plan().arranged();
        boolean deferring = !decoded && arranged.sequences().stream().anyMatch(SequenceState::decodes);
        boolean small = decoded || deferring && tokens <= tokensBesideDecode(arranged.limits());
        return new Pace(
                decoded ? average(decode, outcome.decodeNanos() + outcome.verifyNanos()) : decode,
                small && tokens > 0 ? average(prefill, (double) outcome.prefillNanos() / tokens) : prefill,
                worth.after(outcome),
                deferring ? deferred + tokens : 0);
    }

    static double average(double before, double now) {
        return before == 0 ? now : before + WEIGHT * (now - before);
    }

    /** Prompt tokens that may go beside a decode step. */
    int tokensBesideDecode(SchedulingLimits limits) {
        double fitting = decode == 0 || prefill == 0 ? FIRST_GUESS : limits.prefillShare() * decode / prefill;
        return (int) Math.min(Math.max(fitting, LEAST), limits.stepTokens());
    }

    /** Prompt tokens that take as long as a decode step and what may go beside it. */
    int tokensOfAStep(SchedulingLimits limits) {
        double fitting =
                decode == 0 || prefill == 0 ? limits.stepTokens() : (1 + limits.prefillShare()) * decode / prefill;
        return (int) Math.min(Math.max(fitting, LEAST), limits.stepTokens());
    }
}
