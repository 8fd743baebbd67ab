// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.time.Duration;

/**
 * When a candidate counts as worse.
 *
 * @param minSamples requests of each version without which nothing passes, 1 to 1,000,000
 * @param alpha chance of calling a version worse that is exactly at the limits, for all tests of one step together
 * @param maxLatencyRatio how many times the baseline's times the candidate's may be, 1 to 100
 * @param maxTtft the 99th percentile of the time to the first token that is never passed
 * @param maxItl the 99th percentile of the mean time between tokens that is never passed
 * @param maxErrorRate the share of errors that is never passed
 * @param errorMargin how much greater than the baseline's the share of errors or of refusals may be
 * @param feedback when callers count as less content
 * @param shadow when answers to mirrored requests count as too different
 */
public record Limits(
        long minSamples,
        double alpha,
        double maxLatencyRatio,
        Duration maxTtft,
        Duration maxItl,
        double maxErrorRate,
        double errorMargin,
        FeedbackLimits feedback,
        ShadowLimits shadow) {

    /** @throws IllegalArgumentException naming the value that is out of range */
    public Limits {
        check(minSamples >= 1 && minSamples <= 1_000_000, "min_samples must be 1 to 1000000");
        check(alpha > 0 && alpha <= 0.5, "alpha must be above 0 and at most 0.5");
        check(maxLatencyRatio >= 1 && maxLatencyRatio <= 100, "max_latency_ratio must be 1 to 100");
        check(maxTtft.isPositive(), "max_ttft must be positive");
        check(maxItl.isPositive(), "max_itl must be positive");
        check(maxErrorRate >= 0 && maxErrorRate <= 1, "max_error_rate must be 0 to 1");
        check(errorMargin >= 0 && errorMargin <= 1, "error_margin must be 0 to 1");
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
