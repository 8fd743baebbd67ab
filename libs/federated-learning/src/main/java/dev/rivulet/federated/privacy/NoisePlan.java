// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/**
 * What all devices of a round agree on for {@link DiscreteNoise}.
 *
 * @param dimensions of an update, 1 to 2²⁴
 * @param clip L2 norm that an update may have, in its own units
 * @param granularity γ: the width of the grid, in units of the update
 * @param localDeviation standard deviation of the noise of one device, in units of the update; at least γ/2, at most 1024 γ
 * @param bits of the modulus, 2 to 32
 */
public record NoisePlan(int dimensions, double clip, double granularity, double localDeviation, int bits) {

    private static final int MOST_DIMENSIONS = 1 << 24;

    public NoisePlan {
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS || bits < 2 || bits > 32) {
            throw new IllegalArgumentException("a plan has 1 to 2^24 dimensions and 2 to 32 bits");
        }
        if (!(clip > 0 && granularity > 0 && Double.isFinite(clip) && Double.isFinite(granularity))) {
            throw new IllegalArgumentException("a clip and a granularity are positive and finite");
        }
        double ratio = localDeviation / granularity;
        if (!(ratio >= 0.5 && ratio <= DiscreteGaussian.MOST_DEVIATION)) {
            throw new IllegalArgumentException("the noise of a device is 0.5 to " + DiscreteGaussian.MOST_DEVIATION
                    + " steps of the grid, not " + ratio + ": change the bits, or the noise");
        }
    }

    /**
     * The plan whose sum has noise of z·clip, with the finest grid on which a sum of n updates, were they all the same, stays within
     * four standard deviations of the modulus (arXiv 2102.06387, section 5).
     *
     * @param noiseMultiplier z of the sum
     * @param devices n that take part
     */
    public static NoisePlan of(int dimensions, double clip, double noiseMultiplier, int devices, int bits) {
        double deviations = 4;
        double n = devices;
        double padded = RandomRotation.padded(dimensions);
        double local = noiseMultiplier * clip / Math.sqrt(n);
        double modulus = Math.pow(2, bits);
        double rest = 1 - deviations * deviations * n / (modulus * modulus);
        double spread = clip * clip * n * n / padded + local * local * n;
        double granularity = 2 * deviations * Math.sqrt(spread / Math.max(rest, 1e-9)) / modulus;
        return new NoisePlan(
                dimensions, clip, Math.max(granularity, local / DiscreteGaussian.MOST_DEVIATION), local, bits);
    }

    /**
     * The plan whose sum has noise of z·clip even if no more than so many devices' vectors are in it, with room for all of them.
     *
     * @param noiseMultiplier z of a sum of the fewest
     * @param devices that may take part
     * @param fewest whose vectors make a sum, 1 to the devices
     */
    public static NoisePlan ofSurvivors(
            int dimensions, double clip, double noiseMultiplier, int devices, int fewest, int bits) {
        if (fewest < 1 || fewest > devices) {
            throw new IllegalArgumentException("the fewest of " + devices + " devices are 1 to all, not " + fewest);
        }
        double ofAll = noiseMultiplier * Math.sqrt((double) devices / fewest);
        return of(dimensions, clip, ofAll, devices, bits);
    }

    int mask() {
        return bits == 32 ? -1 : (1 << bits) - 1;
    }
}
