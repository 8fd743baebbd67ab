// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import java.util.random.RandomGenerator;

/**
 * The distributed discrete Gaussian (Kairouz, Liu, Steinke, arXiv 2102.06387, algorithms 1 and 2): each device clips, rotates, scales,
 * rounds and adds its share of the noise, modulo 2^bits, so that a securely aggregated sum is private although nobody saw a clear one.
 * Safe for many threads.
 */
public final class DiscreteNoise {

    /** β: the rounding is drawn again until the norm is below a bound that a draw meets with probability 1 − β at least. */
    private static final double BETA = Math.exp(-0.5);

    private static final int MOST_ROUNDINGS = 1_000;

    private final NoisePlan plan;
    private final int padded;
    private final RandomRotation rotation;
    private final DiscreteGaussian noise;

    /** @param rotationSeed the same on every device of a round, and another one each round */
    public DiscreteNoise(NoisePlan plan, long rotationSeed) {
        this.plan = plan;
        this.padded = RandomRotation.padded(plan.dimensions());
        this.rotation = new RandomRotation(rotationSeed);
        this.noise = new DiscreteGaussian(plan.localDeviation() / plan.granularity());
    }

    /** Values of an update. */
    public int values() {
        return plan.dimensions();
    }

    /** Values of an encoded vector: the dimensions, padded to a power of two. */
    public int length() {
        return padded;
    }

    /**
     * What a device contributes.
     *
     * @param update its dimensions as planned; stays as it is
     * @param random cryptographically strong in production
     * @return {@link #length()} values in [0, 2^bits), as unsigned integers
     */
    public int[] encode(float[] update, RandomGenerator random) {
        if (update.length != plan.dimensions()) {
            throw new IllegalArgumentException("an update has " + plan.dimensions() + " values, not " + update.length);
        }
        float[] clipped = update.clone();
        Clipping.clip(clipped, plan.clip());
        double[] scaled = new double[padded];
        for (int i = 0; i < clipped.length; i++) {
            scaled[i] = clipped[i] / plan.granularity();
        }
        rotation.rotate(scaled);
        long[] rounded = round(scaled, random);
        int[] encoded = new int[padded];
        for (int i = 0; i < padded; i++) {
            encoded[i] = (int) (rounded[i] + noise.sample(random)) & plan.mask();
        }
        return encoded;
    }

    /** The sum of updates in their own units, from the sum of what devices contributed modulo 2^bits. */
    public float[] decode(int[] sum) {
        if (sum.length != padded) {
            throw new IllegalArgumentException("a sum has " + padded + " values, not " + sum.length);
        }
        double[] centred = new double[padded];
        int shift = Integer.SIZE - plan.bits();
        for (int i = 0; i < padded; i++) {
            centred[i] = (sum[i] << shift >> shift) * plan.granularity();
        }
        rotation.inverse(centred);
        float[] decoded = new float[plan.dimensions()];
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = (float) centred[i];
        }
        return decoded;
    }

    /**
     * What a sum costs.
     *
     * @param survivors whose noise is surely in it
     */
    public DistributedDiscreteGaussian mechanism(int survivors) {
        return mechanism(plan, survivors);
    }

    /**
     * What a sum costs, whatever the rotation.
     *
     * @param survivors whose noise is surely in it
     */
    public static DistributedDiscreteGaussian mechanism(NoisePlan plan, int survivors) {
        int padded = RandomRotation.padded(plan.dimensions());
        double l2 = Math.sqrt(squaredBound(plan, padded));
        double deviation = new DiscreteGaussian(plan.localDeviation() / plan.granularity()).deviation();
        return new DistributedDiscreteGaussian(survivors, padded, deviation, l2 * Math.min(Math.sqrt(padded), l2), l2);
    }

    /**
     * E‖decoded − sum‖² of n devices where nothing is clipped and nothing wraps: n·d·(σ² + the variance of the rounding), of which the
     * rounding is 1⁄6 of γ² at a random fraction.
     */
    public double expectedSquaredError(int devices) {
        double grid = plan.granularity() * plan.granularity();
        double each = noise.deviation() * noise.deviation() + 1.0 / 6;
        return devices * plan.dimensions() * grid * each;
    }

    private long[] round(double[] scaled, RandomGenerator random) {
        long[] rounded = new long[scaled.length];
        double bound = squaredBound(plan, padded);
        for (int attempt = 0; attempt < MOST_ROUNDINGS; attempt++) {
            double norm = 0;
            for (int i = 0; i < scaled.length; i++) {
                double floor = Math.floor(scaled[i]);
                rounded[i] = (long) floor + (random.nextDouble() < scaled[i] - floor ? 1 : 0);
                norm += (double) rounded[i] * rounded[i];
            }
            if (norm <= bound) {
                return rounded;
            }
        }
        throw new IllegalStateException("no rounding in " + MOST_ROUNDINGS + " met its bound");
    }

    /** Δ₂² in units of the grid (section 4, equation for conditional rounding). */
    private static double squaredBound(NoisePlan plan, int padded) {
        double c = plan.clip() / plan.granularity();
        double d = padded;
        double likely = c * c + d / 4 + Math.sqrt(2 * Math.log(1 / BETA)) * (c + Math.sqrt(d) / 2);
        double always = (c + Math.sqrt(d)) * (c + Math.sqrt(d));
        return Math.min(likely, always);
    }
}
