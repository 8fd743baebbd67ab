// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federated.privacy.AdaptiveClip;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import dev.rivulet.federated.privacy.PldAccountant;
import dev.rivulet.federated.privacy.RdpAccountant;
import org.jspecify.annotations.Nullable;

/**
 * Central differential privacy of devices (McMahan et al., arXiv 1710.06963): each update is shortened to the clip, and the sum gets
 * Gaussian noise before anybody sees it. Neighbours differ by one device.
 *
 * @param clip C, Euclidean length that an update may have; with {@code adaptive} the first one
 * @param noiseMultiplier z, standard deviation of the noise on the sum in units of the clip, above 0.01
 * @param epsilon that all rounds together may cost, above 0
 * @param delta of every ε, above 0 and below 1: well below one over the number of devices
 * @param deviceEpsilon that the rounds of one device may cost, each at the price without sampling; null for no limit
 * @param accountant RDP unless given
 * @param adaptive null for a clip that stays
 */
public record PrivacySettings(
        double clip,
        double noiseMultiplier,
        double epsilon,
        double delta,
        @Nullable Double deviceEpsilon,
        @Nullable Method accountant,
        @Nullable Adaptive adaptive) {

    /** How uses are added up. */
    public enum Method {
        /** Rényi divergences: looser, and a matter of microseconds. */
        RDP,
        /** Privacy loss distributions: tighter, tenths of a second each round. */
        PLD;

        Accountant newAccountant() {
            return this == PLD ? new PldAccountant() : new RdpAccountant();
        }
    }

    /**
     * A clip that follows the lengths of updates (arXiv 1905.03871).
     *
     * @param quantile of the lengths that the clip meets: 0.5
     * @param rate by which it moves: 0.2
     * @param countNoise standard deviation of the noise on the number of updates within the clip: a twentieth of a round's goal, but
     *     never less than z
     */
    public record Adaptive(
            @Nullable Double quantile,
            @Nullable Double rate,
            @Nullable Double countNoise) {}

    public PrivacySettings {
        if (!(clip > 0 && Double.isFinite(clip))) {
            throw new IllegalArgumentException("clip is above 0");
        }
        if (!(noiseMultiplier > 0.01 && noiseMultiplier <= 1e6)) {
            throw new IllegalArgumentException("noise_multiplier is above 0.01 and at most 1000000");
        }
        if (!(epsilon > 0) || !(delta > 0 && delta < 1) || deviceEpsilon != null && !(deviceEpsilon > 0)) {
            throw new IllegalArgumentException("epsilon and device_epsilon are above 0, delta above 0 and below 1");
        }
        if (adaptive != null) {
            clipping(clip, adaptive);
            if (adaptive.countNoise() != null) {
                AdaptiveClip.updateNoise(noiseMultiplier, adaptive.countNoise());
            }
        }
    }

    private static AdaptiveClip clipping(double norm, Adaptive adaptive) {
        return new AdaptiveClip(
                norm,
                adaptive.quantile() == null ? 0.5 : adaptive.quantile(),
                adaptive.rate() == null ? 0.2 : adaptive.rate());
    }

    /** What may be spent. */
    public Allowance allowance() {
        return new Allowance(epsilon, delta, deviceEpsilon, accountant == null ? Method.RDP : accountant);
    }

    /** What a round costs in which each of those who waited was selected with a probability. */
    public SubsampledGaussian mechanism(double sampling) {
        return new SubsampledGaussian(sampling, noiseMultiplier);
    }

    /** Noise on the count of updates within the clip; null if the clip stays. */
    @Nullable Double countNoise(int goal) {
        if (adaptive == null) {
            return null;
        }
        return adaptive.countNoise() == null
                ? Double.valueOf(Math.max(noiseMultiplier, AdaptiveClip.usualCountNoise(goal)))
                : adaptive.countNoise();
    }

    /** The clip of the next round. */
    double nextClip(double norm, double noisyCount, int goal) {
        return adaptive == null
                ? norm
                : clipping(norm, adaptive).next(noisyCount, goal).norm();
    }
}
