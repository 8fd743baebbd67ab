// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.util.random.RandomGenerator;

/**
 * One step of DP-SGD on a device (Abadi et al., arXiv 1607.00133, algorithm 1): example-level privacy. Add each example's gradient;
 * it is clipped on its own. Then take the noisy mean. Not safe for many threads.
 */
public final class PrivateGradient {

    private final double clip;
    private final double noiseMultiplier;
    private final int expectedBatch;
    private final double[] sum;

    /**
     * @param dimensions of a gradient, at least 1
     * @param clip L2 norm that one example's gradient may have
     * @param noiseMultiplier σ, in units of the clip
     * @param expectedBatch what the sum is divided by: the sampling rate times the examples, not how many came, which is private
     */
    public PrivateGradient(int dimensions, double clip, double noiseMultiplier, int expectedBatch) {
        if (dimensions < 1 || expectedBatch < 1 || !(clip > 0) || !(noiseMultiplier >= 0)) {
            throw new IllegalArgumentException("a private gradient has dimensions, a batch, a clip and noise");
        }
        this.clip = clip;
        this.noiseMultiplier = noiseMultiplier;
        this.expectedBatch = expectedBatch;
        this.sum = new double[dimensions];
    }

    /** Adds the gradient of one example, clipped; the array stays as it was. */
    public void add(float[] gradient) {
        if (gradient.length != sum.length) {
            throw new IllegalArgumentException("a gradient has " + sum.length + " values, not " + gradient.length);
        }
        float[] clipped = gradient.clone();
        Clipping.clip(clipped, clip);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += clipped[i];
        }
    }

    /** The noisy mean of what was added since the last call, and a fresh start. */
    public float[] release(RandomGenerator random) {
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) ((sum[i] + noiseMultiplier * clip * random.nextGaussian()) / expectedBatch);
            sum[i] = 0;
        }
        return mean;
    }

    /** What one release costs, of examples that each are in a batch with the sampling rate. */
    public SubsampledGaussian mechanism(double samplingRate) {
        return new SubsampledGaussian(samplingRate, noiseMultiplier);
    }
}
