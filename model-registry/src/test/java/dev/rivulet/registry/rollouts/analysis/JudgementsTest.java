// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementsTest {

    private static final double ALPHA = 0.001;
    private static final FeedbackLimits LIMITS = new FeedbackLimits(false, 20, 0.3, 0.05);
    private static final FeedbackLimits REQUIRED = new FeedbackLimits(true, 20, 0.3, 0.05);

    @ParameterizedTest(name = "{0} of {1} thumbs down beside {2} of {3}: {4}")
    @CsvSource({
        "10, 100, 10, 100, PASS",
        "14, 100, 10, 100, PASS",
        "40, 100, 5, 100, WORSE",
        "14, 20, 0, 20, WORSE",
        "0, 100, 40, 100, PASS",
        "8, 20, 6, 20, PASS",
        "19, 19, 0, 500, NOT_MEASURED",
        "0, 500, 0, 19, NOT_MEASURED"
    })
    void thumbsAreWorseWhereTheyAreMoreOftenDown(int down, int of, int baseDown, int baseOf, Outcome expected) {
        assertThat(outcome(thumbs(down, of), thumbs(baseDown, baseOf), LIMITS)).isEqualTo(expected);
    }

    @Test
    void scoresThatAreLowerThroughoutAreWorseThoughNoneIsNegative() {
        assertThat(outcome(scores(0.6), scores(0.9), LIMITS)).isEqualTo(Outcome.WORSE);
        assertThat(outcome(scores(0.9), scores(0.9), LIMITS)).isEqualTo(Outcome.PASS);
        assertThat(outcome(scores(0.88), scores(0.9), LIMITS))
                .as("within the margin")
                .isEqualTo(Outcome.PASS);
        assertThat(outcome(scores(0.9), scores(0.6), LIMITS)).isEqualTo(Outcome.PASS);
    }

    @Test
    void belowTheFloorAVersionIsWorseEvenIfTheBaselineIsToo() {
        assertThat(outcome(thumbs(80, 100), thumbs(80, 100), LIMITS)).isEqualTo(Outcome.WORSE);
        assertThat(outcome(thumbs(80, 100), new Scores(), LIMITS)).isEqualTo(Outcome.WORSE);
    }

    @Test
    void withoutFeedbackNothingWaitsUnlessItIsRequired() {
        assertThat(outcome(new Scores(), new Scores(), LIMITS)).isEqualTo(Outcome.NOT_MEASURED);
        assertThat(outcome(new Scores(), new Scores(), REQUIRED)).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(outcome(thumbs(0, 19), thumbs(0, 100), REQUIRED)).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(outcome(thumbs(0, 20), thumbs(0, 20), REQUIRED)).isEqualTo(Outcome.PASS);
    }

    @Test
    void whatIsNoScoreIsLeftOut() {
        Scores scores = new Scores();
        for (double wrong : new double[] {Double.NaN, -0.1, 1.1, Double.POSITIVE_INFINITY}) {
            scores.add(wrong);
        }
        assertThat(scores.count()).isZero();
        assertThat(scores.mean()).isNaN();
    }

    @Test
    void equalVersionsAreSeldomCalledWorse() {
        Random random = new Random(11);
        int worse = 0;
        for (int run = 0; run < 2000; run++) {
            Scores seen = new Scores();
            Scores base = new Scores();
            for (int i = 0; i < 50; i++) {
                seen.add(random.nextInt(10) < 3 ? 0 : 1);
                base.add(random.nextInt(10) < 3 ? 0 : 1);
            }
            worse += outcome(seen, base, new FeedbackLimits(false, 20, 0, 0.05)) == Outcome.WORSE ? 1 : 0;
        }
        assertThat(worse).isLessThanOrEqualTo(10);
    }

    @ParameterizedTest(name = "{0} equal, {1} different: {2}")
    @CsvSource({
        "50, 0, PASS",
        "80, 20, PASS",
        "76, 24, INCONCLUSIVE",
        "40, 60, WORSE",
        "49, 0, INCONCLUSIVE",
        "0, 0, INCONCLUSIVE"
    })
    void answersMustAgreeAsOftenAsIsSaid(int equal, int different, Outcome expected) {
        assertThat(Judgements.agreement(new Mirrored(equal, different, 7, 3), ShadowLimits.USUAL, ALPHA)
                        .outcome())
                .isEqualTo(expected);
    }

    @Test
    void whereAllMustAgreeOneThatDoesNotIsTooManyAndWhereNoneMustNoneIsWaitedFor() {
        assertThat(Judgements.agreement(new Mirrored(99, 1, 0, 0), new ShadowLimits(1, 50), ALPHA)
                        .outcome())
                .isEqualTo(Outcome.WORSE);
        assertThat(Judgements.agreement(Mirrored.NONE, new ShadowLimits(0, 50), ALPHA)
                        .outcome())
                .isEqualTo(Outcome.NOT_MEASURED);
    }

    private static Outcome outcome(Scores seen, Scores base, FeedbackLimits limits) {
        return Judgements.feedback(seen, base, limits, ALPHA).outcome();
    }

    private static Scores thumbs(int down, int of) {
        Scores scores = new Scores();
        for (int i = 0; i < of; i++) {
            scores.add(i < down ? 0 : 1);
        }
        return scores;
    }

    /** A hundred scores around this one. */
    private static Scores scores(double mean) {
        Scores scores = new Scores();
        for (int i = 0; i < 100; i++) {
            scores.add(mean + (i % 11 - 5) / 100.0);
        }
        return scores;
    }
}
