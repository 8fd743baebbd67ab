package dev.rivulet.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final float[] LOGITS = {0f, 3f, 1f, 2f, Float.NaN, Float.NEGATIVE_INFINITY};

    @Test
    void greedyPicksTheLargestFiniteLogit() {
        assertThat(pick(Sampling.GREEDY, 1)).isEqualTo(1);
        assertThat(pick(new Sampling(1, 1, 1), 1)).isEqualTo(1);
    }

    @Test
    void topKNeverLeavesTheMostLikely() {
        int[] counts = counts(new Sampling(2, 1, 2));

        assertThat(counts[1] + counts[3]).isEqualTo(20_000);
        assertThat(counts[3]).isPositive();
    }

    @Test
    void topPKeepsTheSmallestNucleus() {
        assertThat(counts(new Sampling(1, 0.6, 0))[1]).isEqualTo(20_000);
        assertThat(counts(new Sampling(1, 0.7, 0))[3]).isPositive();
    }

    @Test
    void drawsWithTheProbabilitiesOfTheSoftmax() {
        int[] counts = counts(new Sampling(1, 1, 0));

        double total = Math.exp(0) + Math.exp(3) + Math.exp(1) + Math.exp(2);
        for (int token = 0; token < 4; token++) {
            assertThat(counts[token] / 20_000.0)
                    .isBetween(Math.exp(LOGITS[token]) / total - 0.015, Math.exp(LOGITS[token]) / total + 0.015);
        }
        assertThat(counts[4] + counts[5]).isZero();
    }

    @Test
    void theSameSeedGivesTheSameTokens() {
        assertThat(counts(new Sampling(0.8, 0.95, 3))).isEqualTo(counts(new Sampling(0.8, 0.95, 3)));
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> new Sampling(Double.NaN, 1, 0)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> new Sampling(1, 0, 0)).hasMessageContaining("top_p");
        assertThatThrownBy(() -> new Sampling(1, 1, -1)).hasMessageContaining("top_k");
    }

    private static int pick(Sampling sampling, long seed) {
        return new Sampler(sampling, new SplittableRandom(seed)).pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length);
    }

    private static int[] counts(Sampling sampling) {
        RandomGenerator random = new SplittableRandom(42);
        Sampler sampler = new Sampler(sampling, random);
        int[] counts = new int[LOGITS.length];
        for (int i = 0; i < 20_000; i++) {
            counts[sampler.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)]++;
        }
        return counts;
    }
}
