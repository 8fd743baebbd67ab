// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

/**
 * When callers count as less content with a candidate. Scores are 0 to 1; a score below a half is a negative verdict.
 *
 * @param required whether nothing passes without {@code minVerdicts} of each version; if not, too few say nothing at all
 * @param minVerdicts of each version, below which scores are not compared, 1 to 1,000,000
 * @param floor the mean score below which a version never passes, whatever the baseline's is, 0 to 1
 * @param margin how much the mean score may be below the baseline's, and the share of negative verdicts above it, 0 to 1
 */
public record FeedbackLimits(boolean required, long minVerdicts, double floor, double margin) {

    /** What held before feedback was compared: it is when there is some, and nobody waits for it. */
    public static final FeedbackLimits USUAL = new FeedbackLimits(false, 20, 0, 0.05);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public FeedbackLimits {
        Limits.check(minVerdicts >= 1 && minVerdicts <= 1_000_000, "min_feedback must be 1 to 1000000");
        Limits.check(floor >= 0 && floor <= 1, "feedback_floor must be 0 to 1");
        Limits.check(margin >= 0 && margin <= 1, "feedback_margin must be 0 to 1");
    }
}
