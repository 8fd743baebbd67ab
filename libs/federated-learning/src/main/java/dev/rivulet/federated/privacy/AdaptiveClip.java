// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/**
 * A clipping norm that follows a quantile of the devices' norms (Andrew, Thakkar, McMahan, Ramaswamy, arXiv 1905.03871): each device
 * tells whether its norm was at most the clip, the share b̃ of those is released with noise, and C ← C·exp(−η(b̃ − γ)).
 *
 * @param norm C, positive
 * @param quantile γ of the norms that the clip shall meet, in [0, 1]; usually 0.5
 * @param rate η, in (0, 10]; usually 0.2
 */
public record AdaptiveClip(double norm, double quantile, double rate) {

    private static final double MOST_STEP = 20;

    public AdaptiveClip {
        if (!(norm > 0 && Double.isFinite(norm))) {
            throw new IllegalArgumentException("a clipping norm is positive and finite, not " + norm);
        }
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("a quantile is in [0, 1], not " + quantile);
        }
        if (!(rate > 0 && rate <= 10)) {
            throw new IllegalArgumentException("a rate is in (0, 10], not " + rate);
        }
    }

    /** A clip that follows the median at the usual rate. */
    public static AdaptiveClip from(double norm) {
        return new AdaptiveClip(norm, 0.5, 0.2);
    }

    /** The usual noise on the count of devices within the clip: σ_b = m/20 for m devices. */
    public static double usualCountNoise(int devices) {
        return devices / 20.0;
    }

    /**
     * The noise multiplier that updates need so that update and count together cost what one release with z does:
     * z_Δ = (z⁻² − (2σ_b)⁻²)^(−½).
     *
     * @throws IllegalArgumentException unless 2σ_b is above z: then the count alone costs more
     */
    public static double updateNoise(double multiplier, double countNoise) {
        double left = 1 / (multiplier * multiplier) - 1 / (4 * countNoise * countNoise);
        if (!(multiplier > 0 && countNoise > 0 && left > 0)) {
            throw new IllegalArgumentException("the noise on the count (" + countNoise
                    + ") must be above half of the noise multiplier (" + multiplier + ")");
        }
        return 1 / Math.sqrt(left);
    }

    /**
     * The clip of the next round.
     *
     * @param noisyCount of devices whose norm was at most the clip, noise included
     * @param devices expected in a round, at least 1
     */
    public AdaptiveClip next(double noisyCount, int devices) {
        if (devices < 1 || !Double.isFinite(noisyCount)) {
            throw new IllegalArgumentException("a count is finite and of at least one device");
        }
        double exponent = Math.clamp(-rate * (noisyCount / devices - quantile), -MOST_STEP, MOST_STEP);
        double next = Math.clamp(norm * Math.exp(exponent), Double.MIN_NORMAL, Double.MAX_VALUE);
        return new AdaptiveClip(next, quantile, rate);
    }
}
