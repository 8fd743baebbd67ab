// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federation.privacy.PrivacySettings.Adaptive;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NoisyMeanTest {

    private static final int SIZE = 20_000;

    private static PrivacySettings settings(double noise, @Nullable Adaptive adaptive) {
        return new PrivacySettings(2, noise, 8, 1e-5, null, null, adaptive);
    }

    private static float[] filled(float value) {
        float[] values = new float[SIZE];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void theSumIsOfShortenedUpdatesAndIsDividedByTheGoal() {
        float[] three = {3, 0};
        float[] one = {0, 1};
        NoisyMean mean = new NoisyMean(settings(0.02, null), 2, 4);
        float[] released =
                mean.of(List.of(three, one), List.of(1.0, 0.5), new Random(1)).mean();
        assertThat(released[0]).isCloseTo(2f / 4, within(0.05f));
        assertThat(released[1]).isCloseTo(0.5f / 4, within(0.05f));
        assertThat(three).containsExactly(3, 0);
    }

    @Test
    void theNoiseHasTheDeviationThatIsPaidFor() {
        NoisyMean mean = new NoisyMean(settings(1.5, null), 2, 10);
        float[] released =
                mean.of(List.of(filled(0)), List.of(1.0), new Random(2)).mean();
        double square = 0;
        for (float value : released) {
            square += (double) value * value;
        }
        assertThat(Math.sqrt(square / SIZE)).isCloseTo(1.5 * 2 / 10, within(0.006));
    }

    @Test
    void theClipFollowsTheLengthsOfUpdates() {
        Adaptive median = new Adaptive(0.5, 0.2, null);
        double clip = 2;
        for (int round = 0; round < 60; round++) {
            List<float[]> updates = Collections.nCopies(100, new float[] {0.5f, 0});
            clip = new NoisyMean(settings(1, median), clip, 100)
                    .of(updates, Collections.nCopies(100, 1.0), new Random(round))
                    .nextClip();
        }
        assertThat(clip).isBetween(0.35, 0.7);
        NoisyMean fixed = new NoisyMean(settings(1, null), 2, 10);
        assertThat(fixed.of(List.of(filled(0)), List.of(1.0), new Random(1)).nextClip())
                .isEqualTo(2);
    }

    @Test
    void aCountThatCostsMoreThanTheRoundIsRefused() {
        assertThatThrownBy(() -> settings(1, new Adaptive(0.5, 0.2, 0.4))).hasMessageContaining("noise on the count");
    }

    @Test
    void bufferedNumbersAreThoseOfTheSource() {
        BufferedRandom random = new BufferedRandom(new Random(3));
        double sum = 0;
        double square = 0;
        for (int i = 0; i < 100_000; i++) {
            double value = random.nextGaussian();
            sum += value;
            square += value * value;
        }
        assertThat(sum / 100_000).isCloseTo(0, within(0.015));
        assertThat(square / 100_000).isCloseTo(1, within(0.02));
    }
}
