// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.Sampling;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every decoder must do; each engine and the fake extend it. */
public abstract class DecoderRunnerContractTest {

    private static final EngineOptions OPTIONS = new EngineOptions(4, 64, 1, 16);
    private static final int[] LENGTHS = {5, 16, 9, 1};
    private static final int ANSWER = 12;

    private final Sampler greedy = new Sampler(Sampling.GREEDY, new SplittableRandom(0));
    private LanguageModel model;
    private DecoderRunner decoder;

    /** Opens the model under test; its context is at least 64 positions long. */
    protected abstract LanguageModel open(EngineOptions options) throws Exception;

    /** How far logits of the same tokens may be apart, as a share of the largest logit: what adding in another order makes. */
    protected float tolerance() {
        return 1e-4f;
    }

    @BeforeEach
    void openModel() throws Exception {
        model = open(OPTIONS);
        decoder = model.decoder();
    }

    @AfterEach
    void closeModel() {
        model.close();
    }

    @Test
    void statesItsSizes() {
        assertThat(decoder.slots()).isEqualTo(4);
        assertThat(decoder.contextLength())
                .isEqualTo(64)
                .isEqualTo(model.facts().contextLength());
        assertThat(decoder.prefillChunk()).isEqualTo(16);
        assertThat(decoder.vocabularySize()).isEqualTo(model.facts().vocabularySize());
        assertThat(model.decoder()).isSameAs(decoder);
        FloatBuffer logits = decoder.prefill(0, 0, prompt(0));
        assertThat(logits.remaining()).isEqualTo(decoder.vocabularySize());
        assertThat(decoder.decode(3, new int[3], new int[3]).remaining()).isEqualTo(3 * decoder.vocabularySize());
    }

    @Test
    void batchedRowsGiveTheTokensOfEachAlone() {
        int[][] alone = new int[LENGTHS.length][];
        for (int row = 0; row < LENGTHS.length; row++) {
            alone[row] = answerAlone(prompt(row));
        }
        int[] next = new int[LENGTHS.length];
        for (int row = 0; row < LENGTHS.length; row++) {
            next[row] = best(decoder.prefill(row, 0, prompt(row)), 0);
        }
        int[][] batched = continueTogether(next, LENGTHS.clone());
        assertThat(batched).isDeepEqualTo(alone);
    }

    @Test
    void aVerificationGivesTheLogitsOfOneTokenAfterTheOther() {
        int[] all = {7, 3, 11, 5, 2, 9};
        float[][] single = new float[all.length][];
        for (int i = 0; i < all.length; i++) {
            single[i] = copyOf(decoder.prefill(1, i, new int[] {all[i]}), 0);
        }
        decoder.prefill(2, 0, Arrays.copyOf(all, 2));
        FloatBuffer rows = decoder.verify(2, 2, Arrays.copyOfRange(all, 2, 6));
        assertThat(rows.remaining()).isEqualTo(4 * decoder.vocabularySize());
        for (int row = 0; row < 4; row++) {
            assertThat(copyOf(rows, row)).containsExactly(single[row + 2], within(1e-3f));
        }
    }

    @Test
    void whatAVerificationGotWrongIsTakenBackByGoingOnFromBeforeIt() {
        decoder.prefill(0, 0, new int[] {1, 2, 3});
        decoder.verify(0, 3, new int[] {4, 9, 9, 9});
        float[] after = copyOf(decoder.prefill(0, 4, new int[] {5}), 0);
        float[] plain = copyOf(decoder.prefill(1, 0, new int[] {1, 2, 3, 4, 5}), 0);
        assertThat(after).containsExactly(plain, within(1e-3f));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decoder.verify(0, 0, new int[DecoderRunner.MOST_VERIFIED + 1]));
    }

    private float[] copyOf(FloatBuffer logits, int row) {
        float[] copy = new float[decoder.vocabularySize()];
        logits.get(row * copy.length, copy);
        return copy;
    }

    @Test
    void batchedLogitsEqualThoseOfTheRowAlone() {
        float[][] alone = new float[LENGTHS.length][];
        for (int row = 0; row < LENGTHS.length; row++) {
            decoder.prefill(0, 0, prompt(row));
            alone[row] = floats(decoder.decode(1, new int[] {7}, new int[] {LENGTHS[row]}), 0);
        }
        for (int row = 0; row < LENGTHS.length; row++) {
            decoder.prefill(row, 0, prompt(row));
        }
        FloatBuffer together = decoder.decode(4, new int[] {7, 7, 7, 7}, LENGTHS);
        for (int row = 0; row < LENGTHS.length; row++) {
            assertClose(floats(together, row), alone[row]);
        }
    }

    @Test
    void prefillInChunksEqualsOnePrefill() {
        int[] prompt = prompt(1);
        float[] whole = floats(decoder.prefill(0, 0, prompt), 0);
        int[] tokens = answerAlone(prompt);
        for (int chunk : new int[] {1, 3, 7, 15}) {
            float[] logits = new float[0];
            for (int at = 0; at < prompt.length; at += chunk) {
                int end = Math.min(prompt.length, at + chunk);
                logits = floats(decoder.prefill(2, at, Arrays.copyOfRange(prompt, at, end)), 0);
            }
            assertClose(logits, whole);
            decoder.copy(2, 0, prompt.length);
            assertThat(continueAlone(best(FloatBuffer.wrap(logits), 0), prompt.length))
                    .as("chunks of %d", chunk)
                    .isEqualTo(tokens);
        }
    }

    @Test
    void decodingAPromptTokenByTokenEqualsItsPrefill() {
        int[] prompt = prompt(2);
        float[] whole = floats(decoder.prefill(0, 0, prompt), 0);
        float[] last = new float[0];
        for (int position = 0; position < prompt.length; position++) {
            last = floats(decoder.decode(1, new int[] {prompt[position]}, new int[] {position}), 0);
        }
        assertClose(last, whole);
    }

    @Test
    void aCopiedPrefixContinuesLikeItsSource() {
        int[] expected = answerAlone(prompt(1));
        int first = best(decoder.prefill(3, 0, prompt(1)), 0);
        decoder.prefill(0, 0, prompt(2));
        decoder.copy(3, 0, LENGTHS[1]);
        assertThat(continueAlone(first, LENGTHS[1])).isEqualTo(expected);
    }

    @Test
    void aCopyLeavesWhatLiesBeyondItsLength() {
        int[] head = prompt(2);
        int[] tail = {3, 1, 4, 1, 5};
        int[] both = concat(head, tail);
        float[] expected = floats(decoder.prefill(0, 0, both), 0);
        int[] other = both.clone();
        Arrays.fill(other, 0, head.length, 2);
        decoder.prefill(1, 0, both);
        decoder.prefill(1, 0, Arrays.copyOf(other, head.length));
        decoder.copy(0, 1, head.length);
        decoder.copy(1, 0, both.length);
        float[] again = floats(decoder.decode(1, new int[] {tail[4]}, new int[] {both.length - 1}), 0);
        assertClose(again, expected);
    }

    @Test
    void swappedSlotsContinueEachOther() {
        int[] tokens0 = answerAlone(prompt(0));
        int[] tokens1 = answerAlone(prompt(1));
        int first0 = best(decoder.prefill(0, 0, prompt(0)), 0);
        int first1 = best(decoder.prefill(1, 0, prompt(1)), 0);
        decoder.swap(0, LENGTHS[0], 1, LENGTHS[1]);
        int[][] answers = continueTogether(new int[] {first1, first0}, new int[] {LENGTHS[1], LENGTHS[0]});
        assertThat(answers[0]).isEqualTo(tokens1);
        assertThat(answers[1]).isEqualTo(tokens0);
        decoder.swap(1, 0, 1, 0);
        decoder.copy(1, 1, 3);
    }

    @Test
    void staleKeysBeyondALengthDoNoHarm() {
        int[] fresh = answerAlone(prompt(0));
        for (int slot = 0; slot < decoder.slots(); slot++) {
            decoder.prefill(slot, 0, prompt(1));
            decoder.prefill(slot, 16, prompt(1));
            decoder.prefill(slot, 32, prompt(1));
            decoder.prefill(slot, 48, prompt(1));
        }
        assertThat(answerAlone(prompt(0))).isEqualTo(fresh);
    }

    @Test
    void aStepLeavesOtherSlotsAlone() {
        int[] expected = answerAlone(prompt(1));
        int first = best(decoder.prefill(3, 0, prompt(1)), 0);
        decoder.prefill(0, 0, prompt(2));
        decoder.prefill(2, 40, prompt(1));
        decoder.decode(3, new int[] {1, 2, 3}, new int[] {9, 0, 56});
        decoder.copy(3, 0, LENGTHS[1]);
        assertThat(continueAlone(first, LENGTHS[1])).isEqualTo(expected);
    }

    @Test
    void theLastPositionIsUsableAndTheNextRefused() {
        decoder.prefill(0, 48, prompt(1));
        decoder.decode(1, new int[] {1}, new int[] {63});
        refused(() -> decoder.decode(1, new int[] {1}, new int[] {64}));
        refused(() -> decoder.prefill(0, 63, new int[] {1, 1}));
    }

    @Test
    void refusesArgumentsOutOfRange() {
        int[] one = {1};
        refused(() -> decoder.prefill(-1, 0, one));
        refused(() -> decoder.prefill(4, 0, one));
        refused(() -> decoder.prefill(0, -1, one));
        refused(() -> decoder.prefill(0, Integer.MAX_VALUE, one));
        refused(() -> decoder.prefill(0, 0, new int[0]));
        refused(() -> decoder.prefill(0, 0, new int[17]));
        refused(() -> decoder.prefill(0, 0, new int[] {-1}));
        refused(() -> decoder.prefill(0, 0, new int[] {decoder.vocabularySize()}));
        refused(() -> decoder.decode(0, one, one));
        refused(() -> decoder.decode(5, new int[5], new int[5]));
        refused(() -> decoder.decode(2, one, new int[2]));
        refused(() -> decoder.decode(2, new int[2], one));
        refused(() -> decoder.decode(1, new int[] {decoder.vocabularySize()}, one));
        refused(() -> decoder.decode(1, one, new int[] {-1}));
        refused(() -> decoder.copy(0, 4, 1));
        refused(() -> decoder.copy(-1, 0, 1));
        refused(() -> decoder.copy(0, 1, 65));
        refused(() -> decoder.copy(0, 1, -1));
        refused(() -> decoder.swap(0, 65, 1, 1));
        refused(() -> decoder.swap(0, 1, 1, -1));
        refused(() -> decoder.swap(0, 1, 4, 1));
    }

    @Test
    void aRefusedCallChangesNothing() {
        int[] expected = answerAlone(prompt(0));
        int first = best(decoder.prefill(0, 0, prompt(0)), 0);
        refused(() -> decoder.decode(2, new int[] {9, -1}, new int[] {2, 2}));
        refused(() -> decoder.prefill(0, 0, new int[] {9, -1}));
        assertThat(continueAlone(first, LENGTHS[0])).isEqualTo(expected);
    }

    @Test
    void isClosedTwiceAndRefusesWorkAfterwards() {
        model.close();
        model.close();
        assertThatThrownBy(() -> decoder.prefill(0, 0, new int[] {1})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decoder.decode(1, new int[] {1}, new int[] {0}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decoder.copy(0, 1, 1)).isInstanceOf(IllegalStateException.class);
    }

    private int[] answerAlone(int[] prompt) {
        return continueAlone(best(decoder.prefill(0, 0, prompt), 0), prompt.length);
    }

    private int[] continueAlone(int first, int position) {
        return continueTogether(new int[] {first}, new int[] {position})[0];
    }

    /** Greedy answers of slots 0 and up: {@code next} holds the tokens to feed, {@code positions} where they go. */
    private int[][] continueTogether(int[] next, int[] positions) {
        int[][] answers = new int[next.length][ANSWER];
        for (int i = 0; i < ANSWER; i++) {
            for (int row = 0; row < next.length; row++) {
                answers[row][i] = next[row];
            }
            FloatBuffer logits = decoder.decode(next.length, next, positions);
            for (int row = 0; row < next.length; row++) {
                next[row] = best(logits, row);
                positions[row]++;
            }
        }
        return answers;
    }

    private int best(FloatBuffer logits, int row) {
        return greedy.pick(logits, row * decoder.vocabularySize(), decoder.vocabularySize());
    }

    private float[] floats(FloatBuffer logits, int row) {
        float[] copy = new float[decoder.vocabularySize()];
        logits.get(row * copy.length, copy);
        return copy;
    }

    private int[] prompt(int row) {
        return new SplittableRandom(row)
                .ints(LENGTHS[row], 0, decoder.vocabularySize())
                .toArray();
    }

    private static int[] concat(int[] head, int[] tail) {
        int[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    private static void refused(Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run);
    }

    private void assertClose(float[] actual, float[] expected) {
        float most = 0;
        float apart = 0;
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isFinite();
            most = Math.max(most, Math.abs(expected[i]));
            apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
        }
        assertThat(apart).isLessThanOrEqualTo(tolerance() * most);
    }
}
