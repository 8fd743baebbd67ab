// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/** Something that was released about the devices' data, as an accountant sees it. Neighbours differ by adding or removing one. */
public sealed interface Mechanism {

    /** What it costs one that is surely in it: nothing is amplified by sampling for who knows that. */
    default Mechanism unsampled() {
        return switch (this) {
            case SubsampledGaussian gaussian -> new SubsampledGaussian(1, gaussian.noiseMultiplier());
            case DistributedDiscreteGaussian discrete -> discrete;
        };
    }

    /**
     * The sum of clipped contributions of a Poisson sample, plus Gaussian noise.
     *
     * @param samplingRate q: the probability that one contribution is in a release, (0, 1]; 1 where everybody is
     * @param noiseMultiplier σ: standard deviation of the noise in units of the clipping norm, above 0.01 and at most 1e6
     */
    record SubsampledGaussian(double samplingRate, double noiseMultiplier) implements Mechanism {

        public SubsampledGaussian {
            if (!(samplingRate > 0 && samplingRate <= 1)) {
                throw new IllegalArgumentException("a sampling rate is in (0, 1], not " + samplingRate);
            }
            if (!(noiseMultiplier > 0.01 && noiseMultiplier <= 1e6)) {
                throw new IllegalArgumentException("a noise multiplier is in (0.01, 1e6], not " + noiseMultiplier);
            }
        }
    }

    /**
     * The modular sum of rounded contributions to each of which its device has added discrete Gaussian noise (arXiv 2102.06387,
     * theorem 1). Everybody takes part: nothing is amplified by sampling.
     *
     * @param devices n: whose noise is surely in the sum; take the fewest that may survive a round
     * @param dimensions d: of the rotated vector
     * @param localDeviation σ: standard deviation of one device's noise in units of the grid, at least ½
     * @param l1 Δ₁: the largest L1 norm of a rounded contribution in units of the grid
     * @param l2 Δ₂: the largest L2 norm of a rounded contribution in units of the grid
     */
    record DistributedDiscreteGaussian(int devices, int dimensions, double localDeviation, double l1, double l2)
            implements Mechanism {

        public DistributedDiscreteGaussian {
            if (devices < 1 || dimensions < 1) {
                throw new IllegalArgumentException("a sum has at least one device and one dimension");
            }
            if (!(localDeviation >= 0.5 && localDeviation < 1e9)) {
                throw new IllegalArgumentException(
                        "the theorem holds for a local deviation of at least 0.5, not " + localDeviation);
            }
            if (!(l1 > 0 && l2 > 0 && Double.isFinite(l1) && Double.isFinite(l2))) {
                throw new IllegalArgumentException("norms are positive and finite");
            }
        }
    }
}
