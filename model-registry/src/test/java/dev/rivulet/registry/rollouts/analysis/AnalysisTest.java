// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.rollouts.analysis.Measure.Outcome;
import dev.rivulet.registry.rollouts.analysis.Window.Ending;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalysisTest {

    private static final Limits LIMITS = new Limits(
            100,
            0.01,
            1.25,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            0.05,
            0.005,
            FeedbackLimits.USUAL,
            ShadowLimits.USUAL);

    private final Analysis analysis = new Analysis(LIMITS);
    private final Random random = new Random(7);

    @Test
    void equalVersionsPassWithTheirNumbers() {
        Verdict verdict = analysis.judge(window(500, 0.01, 1), window(2000, 0.01, 1));

        assertThat(verdict).isInstanceOf(Verdict.Pass.class);
        assertThat(verdict.evidence().candidateRequests()).isEqualTo(500);
        assertThat(verdict.evidence().measures())
                .extracting(Measure::metric)
                .containsExactly("error_rate", "refusal_rate", "ttft_p99", "itl_p99", "feedback_score");
        assertThat(verdict.evidence().measures().subList(0, 4))
                .allSatisfy(measure -> assertThat(measure.pValue()).isNotNull());
    }

    @Test
    void noTrafficIsInconclusiveOnEitherSideAndNeverPasses() {
        assertThat(analysis.judge(new Window(), new Window())).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(analysis.judge(new Window(), window(1000, 0, 1))).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(analysis.judge(window(1000, 0, 1), new Window())).isInstanceOf(Verdict.Inconclusive.class);
        Verdict few = analysis.judge(window(99, 0, 1), window(1000, 0, 1));
        assertThat(few).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(((Verdict.Inconclusive) few).reason()).contains("99 of the candidate");
    }

    @Test
    void requestsWhoseTimesWereNotMeasuredAreInconclusive() {
        Window unmeasured = new Window();
        for (int i = 0; i < 1000; i++) {
            unmeasured.add(Ending.ANSWERED, Double.NaN, i % 2 == 0 ? -1 : Double.POSITIVE_INFINITY);
        }
        Verdict verdict = analysis.judge(unmeasured, window(1000, 0, 1));

        assertThat(verdict).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(verdict.evidence().measures()).extracting(Measure::candidate).contains((Double) null);
    }

    @Test
    void answersOfOneTokenHaveNoTimeBetweenTokensAndPassWithoutIt() {
        Window candidate = new Window();
        Window baseline = new Window();
        for (int i = 0; i < 300; i++) {
            candidate.add(Ending.ANSWERED, 0.1, Double.NaN);
            baseline.add(Ending.ANSWERED, 0.1, Double.NaN);
        }
        Verdict verdict = analysis.judge(candidate, baseline);

        assertThat(verdict).isInstanceOf(Verdict.Pass.class);
        assertThat(verdict.evidence().measures().get(3).outcome()).isEqualTo(Outcome.NOT_MEASURED);
    }

    @Test
    void aSlowerVersionIsWorseAndTheReasonSaysByHowMuch() {
        Verdict verdict = analysis.judge(window(200, 0, 1.6), window(2000, 0, 1));

        assertThat(verdict).isInstanceOf(Verdict.Worse.class);
        assertThat(((Verdict.Worse) verdict).reason()).contains("ttft_p99", "1.25 times");
    }

    @Test
    void aSlowTailIsWorseThoughTheMedianIsEqual() {
        Window candidate = window(970, 0, 1);
        for (int i = 0; i < 30; i++) {
            candidate.add(Ending.ANSWERED, 1.9, 0.02);
        }
        Verdict verdict = analysis.judge(candidate, window(2000, 0, 1));

        assertThat(verdict).isInstanceOf(Verdict.Worse.class);
        assertThat(((Verdict.Worse) verdict).reason()).contains("the tail");
    }

    @Test
    void whatIsAboveACapIsWorseEvenIfTheBaselineIsToo() {
        assertThat(analysis.judge(window(1000, 0.2, 1), window(1000, 0.2, 1))).isInstanceOf(Verdict.Worse.class);
        assertThat(analysis.judge(window(1000, 0, 40), window(1000, 0, 40))).isInstanceOf(Verdict.Worse.class);
    }

    @Test
    void aVersionThatFailsEveryRequestIsWorseLongBeforeTheLeastNumber() {
        Window failing = new Window();
        for (int i = 0; i < 6; i++) {
            failing.add(Ending.ERROR, Double.NaN, Double.NaN);
        }
        assertThat(analysis.judge(failing, window(400, 0.005, 1))).isInstanceOf(Verdict.Worse.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.06, 0.2, 1})
    void moreRefusalsAreWorse(double rate) {
        Window candidate = new Window();
        for (int i = 0; i < 1000; i++) {
            candidate.add(i < rate * 1000 ? Ending.REFUSAL : Ending.ANSWERED, 0.1, 0.02);
        }
        Verdict verdict = analysis.judge(candidate, window(1000, 0, 1));

        assertThat(verdict).isInstanceOf(Verdict.Worse.class);
        assertThat(((Verdict.Worse) verdict).reason()).contains("refusal_rate");
    }

    private Window window(int requests, double errors, double slower) {
        return Traffic.window(random, requests, errors, slower);
    }
}
