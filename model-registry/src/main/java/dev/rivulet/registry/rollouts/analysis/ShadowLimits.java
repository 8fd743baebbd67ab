// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

/**
 * When the answers of a candidate to mirrored requests count as too different from its baseline's.
 *
 * @param minAgreement the share of requests at temperature 0 that both must answer with the same words, 0 to 1; at 0 answers may
 *     differ as they please
 * @param minCompared requests at temperature 0 without which nothing passes, 1 to 1,000,000
 */
public record ShadowLimits(double minAgreement, long minCompared) {

    public static final ShadowLimits USUAL = new ShadowLimits(0.8, 50);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public ShadowLimits {
        Limits.check(minAgreement >= 0 && minAgreement <= 1, "min_agreement must be 0 to 1");
        Limits.check(minCompared >= 1 && minCompared <= 1_000_000, "min_compared must be 1 to 1000000");
    }
}
