// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * How long the parts of steps take of late, as moving averages in nanoseconds; 0 while unknown.
 *
 * @param decode one decode step, verifications included
 * @param prefill one prompt token of a prefill beside a decode step
 * @param worth what speculation is worth
 * @param deferred whether those that decode had to wait for a prompt in the last step
 */
record Pace(double decode, double prefill, Worth worth, boolean deferred) {

    static final Pace UNKNOWN = new Pace(0, 0, Worth.UNKNOWN, false);

    private static final double WEIGHT = 0.2;
    private static final int FIRST_GUESS = 32;
    private static final int LEAST = 4;

    /** After a step. What prefill costs alone says little of it in the small chunks that go beside a decode step. */
    Pace after(StepOutcome outcome) {
        int tokens = outcome.plan().chunks().stream()
                .mapToInt(StepPlan.Chunk::tokens)
                .sum();
        boolean decoded = outcome.plan().decodes();
        return new Pace(
                decoded ? average(decode, outcome.decodeNanos() + outcome.verifyNanos()) : decode,
                decoded && tokens > 0 ? average(prefill, (double) outcome.prefillNanos() / tokens) : prefill,
                worth.after(outcome),
                !decoded && outcome.plan().arranged().sequences().stream().anyMatch(SequenceState::decodes));
    }

    static double average(double before, double now) {
        return before == 0 ? now : before + WEIGHT * (now - before);
    }

    /** Prompt tokens that may go beside a decode step. */
    int tokensBesideDecode(SchedulingLimits limits) {
        double fitting = decode == 0 || prefill == 0 ? FIRST_GUESS : limits.prefillShare() * decode / prefill;
        return (int) Math.min(Math.max(fitting, LEAST), limits.stepTokens());
    }
}
