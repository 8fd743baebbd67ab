// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import dev.rivulet.federated.privacy.AdaptiveClip;
import dev.rivulet.federated.privacy.Clipping;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The mean that a round may release: {@code (Σ clip(Δ_i) + N(0, (zC)²)) / m}. It is divided by the number of devices that a round wants
 * and not by the number that came, which would tell of one device. The noise is of floating-point numbers, whose last bits may tell
 * more than the theory allows to who sees single releases bit by bit (Mironov, CCS 2012).
 *
 * @param settings clip, noise and how the clip moves
 * @param clip C of this round
 * @param goal m
 */
public record NoisyMean(PrivacySettings settings, double clip, int goal) {

    /**
     * What is released.
     *
     * @param mean with noise
     * @param nextClip of the next round
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Release(float[] mean, double nextClip) {}

    /**
     * Shortens, sums and adds noise; what is given is not written to.
     *
     * @param factors at most 1 each: of updates that count less
     * @param random cryptographically strong
     */
    public Release of(List<float[]> updates, List<Double> factors, RandomGenerator random) {
        double[] sum = new double[updates.getFirst().length];
        int within = 0;
        for (int i = 0; i < updates.size(); i++) {
            float[] clipped = updates.get(i).clone();
            within += Clipping.clip(clipped, clip) ? 1 : 0;
            add(sum, clipped, Math.min(1, factors.get(i)));
        }
        Double countNoise = settings.countNoise(goal);
        double multiplier = countNoise == null
                ? settings.noiseMultiplier()
                : AdaptiveClip.updateNoise(settings.noiseMultiplier(), countNoise);
        double deviation = multiplier * clip;
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) ((sum[i] + deviation * random.nextGaussian()) / goal);
        }
        return new Release(mean, next(within, countNoise, random));
    }

    private double next(int within, @Nullable Double countNoise, RandomGenerator random) {
        return countNoise == null ? clip : settings.nextClip(clip, within + countNoise * random.nextGaussian(), goal);
    }

    private static void add(double[] sum, float[] values, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * values[i];
        }
    }
}
