// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
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
    void minPKeepsWhatIsLikelyEnoughBesideTheLikeliest() {
        int[] counts = counts(new Sampling(1, 1, 0, 0.2, Penalties.NONE, Map.of()));

        assertThat(counts[3]).isPositive();
        assertThat(counts[1] + counts[3]).isEqualTo(20_000);
    }

    @Test
    void aPartialSelectionKeepsWhatAFullSortKeeps() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            int size = 1 + random.nextInt(400);
            float[] logits = new float[size];
            Integer[] order = new Integer[size];
            for (int i = 0; i < size; i++) {
                logits[i] = random.nextInt(6) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(40) / 4f;
                order[i] = i;
            }
            Arrays.sort(order, Comparator.comparing((Integer i) -> -logits[i]).thenComparing(i -> i));
            int finite = (int)
                    Arrays.stream(order).filter(i -> Float.isFinite(logits[i])).count();
            int most = 1 + random.nextInt(50);
            Candidates candidates = new Candidates();
            candidates.select(logits, size, most);
            assertThat(candidates.size()).isEqualTo(Math.min(most, finite));
            for (int i = 0; i < candidates.size(); i++) {
                assertThat(candidates.token(i)).isEqualTo(order[i]);
            }
        }
    }

    @Test
    void theNucleusOfALargeVocabularyIsTheOneOfItsDefinition() {
        SplittableRandom random = new SplittableRandom(3);
        float[] logits = new float[1000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 3;
        }
        Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparing(i -> -logits[i]));
        double total =
                Arrays.stream(order).mapToDouble(i -> Math.exp(logits[i])).sum();
        Set<Integer> nucleus = new HashSet<>();
        double sum = 0;
        for (int i = 0; sum < 0.5 * total; i++) {
            sum += Math.exp(logits[order[i]]);
            nucleus.add(order[i]);
        }
        Sampler sampler = new Sampler(new Sampling(1, 0.5, 0), random);
        Set<Integer> drawn = new HashSet<>();
        for (int i = 0; i < 1_500; i++) {
            drawn.add(sampler.pick(FloatBuffer.wrap(logits), 0, logits.length));
        }
        assertThat(nucleus).containsAll(drawn);
        assertThat(drawn.size()).isGreaterThan(nucleus.size() / 2);
    }

    @Test
    void penaltiesTouchOnlyWhatWasSeen() {
        Sampler repetition = sampler(new Penalties(2, 0, 0), Map.of(), 1);
        assertThat(repetition.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)).isEqualTo(3);

        Sampler presence = sampler(new Penalties(1, 1.5, 0), Map.of(), 1);
        assertThat(presence.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)).isEqualTo(1);
        presence.accept(1);
        presence.accept(1);
        assertThat(presence.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)).isEqualTo(3);

        Sampler frequency = sampler(new Penalties(1, 0, 0.75), Map.of());
        frequency.accept(1);
        assertThat(frequency.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)).isEqualTo(1);
        frequency.accept(1);
        assertThat(frequency.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length)).isEqualTo(3);
    }

    @Test
    void repetitionMakesNegativeLogitsSmaller() {
        float[] negative = {-1f, -1.5f};
        Sampler sampler = sampler(new Penalties(2, 0, 0), Map.of(), 0);
        assertThat(sampler.pick(FloatBuffer.wrap(negative), 0, 2)).isEqualTo(1);
    }

    @Test
    void aBiasCanForbidAndForceTokens() {
        assertThat(sampler(Penalties.NONE, Map.of(1, -100.0)).pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length))
                .isEqualTo(3);
        assertThat(sampler(Penalties.NONE, Map.of(0, 100.0, 9999, 5.0))
                        .pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length))
                .isZero();
    }

    @Test
    void aMaskLeavesOnlyAllowedTokens() {
        TokenMask mask = new TokenMask(new long[] {0b110101});
        for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(1, 1, 0), new Sampling(1, 0.9, 3))) {
            Sampler sampler = new Sampler(sampling, new SplittableRandom(1));
            for (int i = 0; i < 100; i++) {
                assertThat(sampler.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length, mask))
                        .isIn(0, 2);
            }
        }
        TokenMask hopeless = new TokenMask(new long[] {0b110000});
        assertThat(new Sampler(Sampling.GREEDY, new SplittableRandom(1))
                        .pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length, hopeless))
                .isEqualTo(4);
        assertThat(hopeless.count()).isEqualTo(2);
    }

    @Test
    void theLogitsOfOthersInTheBatchStayAsTheyAre() {
        float[] before = LOGITS.clone();
        Sampler sampler = sampler(new Penalties(2, 1, 1), Map.of(2, 3.0), 1);
        sampler.pick(FloatBuffer.wrap(LOGITS), 0, LOGITS.length, new TokenMask(new long[] {-1}));
        assertThat(LOGITS).isEqualTo(before);
    }

    @Test
    void logProbabilitiesAreThoseOfTheSoftmax() {
        float[] rows = {9f, 9f, 0f, 3f, 1f, 2f, Float.NaN};
        TokenLogprobs found = TokenLogprobs.of(FloatBuffer.wrap(rows), 2, 5, 3, 3);
        double total = Math.log(Math.exp(0) + Math.exp(3) + Math.exp(1) + Math.exp(2));
        assertThat(found.logprob()).isCloseTo(2 - total, within(1e-6));
        assertThat(found.rank()).isEqualTo(1);
        assertThat(found.top()).containsExactly(1, 3, 2);
        assertThat((double) found.topLogprobs()[0]).isCloseTo(3 - total, within(1e-6));
        assertThat(TokenLogprobs.of(FloatBuffer.wrap(rows), 2, 5, 4, 0).logprob())
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    private static Sampler sampler(Penalties penalties, Map<Integer, Double> bias, int... prompt) {
        return new Sampler(new Sampling(0, 1, 0, 0, penalties, bias), new SplittableRandom(1), prompt);
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> new Sampling(1, 1, 0, 1.1, Penalties.NONE, Map.of()))
                .hasMessageContaining("min_p");
        assertThatThrownBy(() -> new Sampling(1, 1, 0, 0, Penalties.NONE, Map.of(1, 101.0)))
                .hasMessageContaining("logit_bias");
        assertThatThrownBy(() -> new Penalties(0, 0, 0)).hasMessageContaining("repetition_penalty");
        assertThatThrownBy(() -> new Penalties(1, 3, 0)).hasMessageContaining("presence_penalty");
        assertThatThrownBy(() -> new Penalties(1, 0, Double.NaN)).hasMessageContaining("frequency_penalty");
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
