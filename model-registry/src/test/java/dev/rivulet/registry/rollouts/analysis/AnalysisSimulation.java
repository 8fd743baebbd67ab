// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A whole step as the registry takes it: looked at after every burst of requests until it passes or is worse. How often equal
 * versions are called worse, and how often worse ones are let pass; seeded, printed.
 */
class AnalysisSimulation {

    private static final int RUNS = 1000;
    private static final int BURST = 20;
    private static final int LOOKS = 25;
    private static final Limits LIMITS = new Limits(
            100,
            0.01,
            1.25,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            0.10,
            0.005,
            FeedbackLimits.USUAL,
            ShadowLimits.USUAL);

    private final Analysis analysis = new Analysis(LIMITS);

    @Test
    void equalVersionsAreSeldomCalledWorse() {
        double few = worse(1, 0.01, 1, 0.01, 9);
        double even = worse(2, 0.01, 1, 0.01, 1);
        System.out.printf("false alarms of equal versions: %.3f at 10 %%, %.3f at 50 %%%n", few, even);

        assertThat(few).isLessThanOrEqualTo(0.02);
        assertThat(even).isLessThanOrEqualTo(0.02);
    }

    @Test
    void halfAsSlowAgainIsFoundInNearlyEveryStep() {
        double found = worse(3, 0.01, 1.5, 0.01, 9);
        System.out.printf("1.5 times slower found in %.3f of steps%n", found);

        assertThat(found).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void fiveMoreErrorsInAHundredAreFoundInNearlyEveryStep() {
        double found = worse(4, 0.01, 1, 0.06, 9);
        System.out.printf("5 %% more errors found in %.3f of steps%n", found);

        assertThat(found).isGreaterThanOrEqualTo(0.9);
    }

    /** The share of steps that end in "worse"; a step lasts at least for all its looks, as its time runs. */
    private double worse(long seed, double baseErrors, double slower, double errors, int baselinePerCandidate) {
        int worse = 0;
        for (int run = 0; run < RUNS; run++) {
            Random random = new Random(seed * 1_000_003 + run);
            Window candidate = new Window();
            Window baseline = new Window();
            for (int look = 0; look < LOOKS; look++) {
                candidate.addAll(Traffic.window(random, BURST, errors, slower));
                baseline.addAll(Traffic.window(random, BURST * baselinePerCandidate, baseErrors, 1));
                if (analysis.judge(candidate, baseline) instanceof Verdict.Worse) {
                    worse++;
                    break;
                }
            }
        }
        return (double) worse / RUNS;
    }
}
