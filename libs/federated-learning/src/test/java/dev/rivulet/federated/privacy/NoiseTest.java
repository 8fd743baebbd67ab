// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {

    private static float[] gaussian(int length, long seed) {
        Random random = new Random(seed);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    @Test
    void aLongVectorIsScaledToTheClipAndAShortOneStaysAsItIs() {
        float[] vector = {3, -4};
        assertThat(Clipping.clip(vector, 5)).isTrue();
        assertThat(vector).containsExactly(3, -4);
        assertThat(Clipping.clip(vector, 1)).isFalse();
        assertThat(vector[0] / vector[1]).isCloseTo(-0.75f, within(1e-6f));
        assertThat(Clipping.norm(vector)).isBetween(0.999999, 1.0);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void aVectorThatNoScaleBoundsIsRefused(float value) {
        assertThatThrownBy(() -> Clipping.clip(new float[] {1, value}, 1)).hasMessageContaining("not finite");
    }

    @Test
    void theClipFindsTheMedianOfTheNorms() {
        Random random = new Random(7);
        AdaptiveClip clip = AdaptiveClip.from(0.1);
        double noise = AdaptiveClip.usualCountNoise(100);
        for (int round = 0; round < 200; round++) {
            double count = noise * random.nextGaussian();
            for (int device = 0; device < 100; device++) {
                count += Math.exp(random.nextGaussian()) * 3 <= clip.norm() ? 1 : 0;
            }
            clip = clip.next(count, 100);
        }

        assertThat(clip.norm()).isCloseTo(3, withinPercentage(15));
    }

    @Test
    void theFewestSurvivorsBringTheNoiseAndAllHaveRoom() {
        NoisePlan ofAll = NoisePlan.of(100, 2, 0.5, 10, 24);
        NoisePlan ofFewest = NoisePlan.ofSurvivors(100, 2, 0.5, 10, 7, 24);

        assertThat(ofFewest.localDeviation() * Math.sqrt(7)).isCloseTo(0.5 * 2, within(1e-12));
        assertThat(ofFewest.granularity()).isGreaterThan(ofAll.granularity());
        assertThat(NoisePlan.ofSurvivors(100, 2, 0.5, 10, 10, 24)).isEqualTo(ofAll);
        assertThatThrownBy(() -> NoisePlan.ofSurvivors(100, 2, 0.5, 10, 11, 24)).hasMessageContaining("fewest");
    }

    @Test
    void updateAndCountTogetherCostWhatOneReleaseDoes() {
        double z = AdaptiveClip.updateNoise(1.0, 5);

        assertThat(1 / (z * z) + 1 / (4 * 25.0)).isCloseTo(1.0, within(1e-12));
        assertThatThrownBy(() -> AdaptiveClip.updateNoise(1.0, 0.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPrivateGradientIsTheMeanOfClippedExamplesAndNoiseOfTheSizeThatItAccounts() {
        int dimensions = 20_000;
        PrivateGradient gradient = new PrivateGradient(dimensions, 2, 1.5, 8);
        float[] long1 = gaussian(dimensions, 1);
        for (int i = 0; i < 8; i++) {
            gradient.add(long1);
        }
        float[] released = gradient.release(new Random(3));
        float[] clipped = long1.clone();
        Clipping.clip(clipped, 2);
        double squared = 0;
        for (int i = 0; i < dimensions; i++) {
            squared += Math.pow(released[i] - clipped[i], 2);
        }

        assertThat(Math.sqrt(squared / dimensions)).isCloseTo(1.5 * 2 / 8, withinPercentage(3));
        assertThat(gradient.mechanism(0.01).noiseMultiplier()).isEqualTo(1.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1.3, 20})
    void discreteGaussiansHaveTheirProbabilities(double sigma) {
        DiscreteGaussian gaussian = new DiscreteGaussian(sigma);
        Random random = new Random(11);
        int draws = 60_000;
        int reach = (int) Math.ceil(5 * sigma);
        double[] seen = new double[2 * reach + 1];
        for (int i = 0; i < draws; i++) {
            seen[(int) Math.clamp(gaussian.sample(random), -reach, reach) + reach]++;
        }
        double total = 0;
        for (int k = -reach; k <= reach; k++) {
            total += Math.exp(-k * k / (2 * Math.pow(gaussian.deviation(), 2)));
        }
        for (int k = -reach; k <= reach; k++) {
            double p = Math.exp(-k * k / (2 * Math.pow(gaussian.deviation(), 2))) / total;
            assertThat(seen[k + reach] / draws).isCloseTo(p, within(5 * Math.sqrt(p / draws) + 1e-4));
        }
    }

    @Test
    void rotatingThereAndBackChangesNothing() {
        float[] vector = gaussian(64, 5);
        double[] rotated = new double[64];
        for (int i = 0; i < 64; i++) {
            rotated[i] = vector[i];
        }
        RandomRotation rotation = new RandomRotation(99);
        rotation.rotate(rotated);
        assertThat(rotated[0]).isNotCloseTo(vector[0], within(1e-3));
        rotation.inverse(rotated);
        for (int i = 0; i < 64; i++) {
            assertThat(rotated[i]).isCloseTo(vector[i], within(1e-12));
        }
    }

    @Test
    void theSumOfEncodedUpdatesHasTheSquaredErrorThatTheoryGives() {
        int dimensions = 3_000;
        int devices = 20;
        NoisePlan plan = NoisePlan.of(dimensions, 60, 0.01, devices, 16);
        DiscreteNoise noise = new DiscreteNoise(plan, 42);
        Random random = new Random(17);
        int[] sum = new int[noise.length()];
        double[] truth = new double[dimensions];
        for (int device = 0; device < devices; device++) {
            float[] update = gaussian(dimensions, 100 + device);
            int[] encoded = noise.encode(update, random);
            for (int i = 0; i < sum.length; i++) {
                sum[i] = (sum[i] + encoded[i]) & 0xFFFF;
            }
            for (int i = 0; i < dimensions; i++) {
                truth[i] += update[i];
            }
        }
        float[] decoded = noise.decode(sum);
        double error = 0;
        for (int i = 0; i < dimensions; i++) {
            error += Math.pow(decoded[i] - truth[i], 2);
        }

        assertThat(noise.length()).isEqualTo(4096);
        assertThat(error).isCloseTo(noise.expectedSquaredError(devices), withinPercentage(10));
    }

    @Test
    void theAccountedNoiseOfASumIsTheOnePlanned() {
        NoisePlan plan = NoisePlan.of(1_000, 1, 1.0, 50, 22);
        Mechanism.DistributedDiscreteGaussian mechanism = new DiscreteNoise(plan, 1).mechanism(50);
        double multiplier = Math.sqrt(50) * mechanism.localDeviation() / mechanism.l2();

        assertThat(multiplier).isBetween(0.98, 1.0);
    }

    @Test
    void aGridThatIsTooCoarseForTheNoiseIsRefused() {
        assertThatThrownBy(() -> NoisePlan.of(1_000, 1, 0.001, 100, 8)).hasMessageContaining("change the bits");
    }
}
