// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against published tables, and against counting by hand. */
class SignificanceTest {

    @Test
    void theTailOfTheNormalDistributionIsThatOfTheTables() {
        assertThat(Significance.normalAbove(0)).isCloseTo(0.5, within(1e-7));
        assertThat(Significance.normalAbove(1.959963985)).isCloseTo(0.025, within(1e-7));
        assertThat(Significance.normalAbove(-1.644853627)).isCloseTo(0.95, within(1e-7));
        assertThat(Significance.normalAbove(4.753424309)).isCloseTo(1e-6, within(1e-12));
    }

    @Test
    void factorialsAreRight() {
        assertThat(Math.exp(Significance.logFactorial(0))).isCloseTo(1, within(1e-10));
        assertThat(Math.exp(Significance.logFactorial(10))).isCloseTo(3_628_800, within(1e-3));
    }

    @Test
    void theLadyTastingTeaIsRightAboutAllFourOnceInSeventy() {
        // R. A. Fisher, The Design of Experiments, 1935, chapter 2.
        assertThat(Significance.moreOften(4, 4, 0, 4)).isCloseTo(1.0 / 70, within(1e-9));
        assertThat(Significance.moreOften(3, 4, 1, 4)).isCloseTo(17.0 / 70, within(1e-9));
    }

    @Test
    void manyRequestsAreComparedByTheTwoProportionTest() {
        // Pooled p = 0.15, z = 0.1 / sqrt(0.15 * 0.85 * 2 / 500) = 4.4281: 4.75e-6.
        assertThat(Significance.moreOften(100, 500, 50, 500)).isCloseTo(4.75e-6, within(5e-8));
        assertThat(Significance.moreOften(50, 500, 100, 500)).isGreaterThan(0.99);
        assertThat(Significance.moreOften(0, 500, 100, 500)).isOne();
    }

    @Test
    void timesAreComparedByMannAndWhitney() {
        Histogram slow = new Histogram();
        Histogram fast = new Histogram();
        for (int i = 1; i <= 5; i++) {
            fast.add(i * 0.1);
            slow.add(i * 0.1 + 10);
        }
        // U = 25, mean 12.5, variance 25 * 11 / 12 = 22.9: z = 12 / 4.787 = 2.5068 but for ties among the slow.
        assertThat(Significance.greater(slow, fast)).isBetween(0.004, 0.0075);
        assertThat(Significance.greater(fast, slow)).isGreaterThan(0.99);
        assertThat(Significance.greater(fast, fast)).isBetween(0.5, 0.6);
    }

    @Test
    void nothingAtAllIsNoProof() {
        assertThat(Significance.greater(new Histogram(), new Histogram())).isOne();
        assertThat(Significance.moreOften(0, 0, 0, 0)).isOne();
    }
}
