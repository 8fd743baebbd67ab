// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountantTest {

    private final RdpAccountant rdp = new RdpAccountant();
    private final PldAccountant pld = new PldAccountant();

    private static List<Spent> uses(double q, double sigma, long steps) {
        return List.of(new Spent(new SubsampledGaussian(q, sigma), steps));
    }

    /** The reference adds the terms of the series of a fractional order with their signs left off, which is at most 4e-5 more. */
    @ParameterizedTest
    @CsvSource({
        "0.01, 1.1, 100, 1e-5, 0.956091, 10.7, 1e-5",
        "0.01, 1.1, 1000, 1e-5, 1.711770, 9.6, 1e-5",
        "0.01, 1.1, 10000, 1e-5, 5.632011, 4.7, 1e-5",
        "0.01, 1.0, 1000, 1e-5, 2.101367, 7.8, 1e-5",
        "0.001, 0.8, 10000, 1e-6, 1.703625, 8.2, 1e-5",
        "0.04, 1.5, 2250, 1e-5, 7.329335, 3.9, 4e-5",
        "1, 5, 100, 1e-5, 10.725510, 3.3, 1e-5"
    })
    void renyiEqualsTheReference(
            double q, double sigma, long steps, double delta, double epsilon, double order, double by) {
        RdpAccountant.Bound bound = rdp.bound(uses(q, sigma, steps), delta);

        assertThat(bound.epsilon()).isCloseTo(epsilon, within(by * epsilon));
        assertThat(bound.order()).isEqualTo(order);
    }

    @Test
    void renyiEqualsWhatOpacusPublishes() {
        assertThat(rdp.epsilon(uses(0.04, 1.5, 2250), 1e-5)).isCloseTo(7.32911117143, within(1e-7));
    }

    /** Integer orders from dp_accounting's test; 1.5 and 2.5 from that of TF Privacy, which keeps the signs of the series. */
    @ParameterizedTest
    @CsvSource({
        "1.5, 6.5007e-4, 1e-5",
        "2.5, 1.0854e-3, 2e-5",
        "5, 2.18075656e-3, 1e-8",
        "50, 2.38460375e-2, 1e-8",
        "100, 1.67416308e2, 1e-8"
    })
    void divergencesEqualThePublishedOnes(double order, double divergence, double by) {
        assertThat(RdpAccountant.divergence(uses(0.01, 2.5, 50), order)).isCloseTo(divergence, within(by * divergence));
    }

    /** dp_accounting's own values at these orders are upper bounds. */
    @ParameterizedTest
    @CsvSource({"1.5, 6.70579741e-4, 3.2", "2.5, 1.08548710e-3, 0.01"})
    void divergencesOfFractionalOrdersAreJustBelowTheReferencesBounds(double order, double bound, double percent) {
        assertThat(RdpAccountant.divergence(uses(0.01, 2.5, 50), order))
                .isLessThan(bound)
                .isCloseTo(bound, withinPercentage(percent));
    }

    @ParameterizedTest
    @CsvSource({"0.01, 2.5, 1.5", "0.01, 1.1, 10.7", "0.04, 1.5, 3.9", "0.2, 0.7, 2.3", "0.5, 3, 7.5", "0.04, 1.5, 4"})
    void divergencesEqualTheIntegralThatDefinesThem(double q, double sigma, double order) {
        double mean = 0;
        double step = sigma / 500;
        for (double x = -30 * sigma; x < 30 * sigma + order; x += step) {
            double ratio = Math.log1p(q * Math.expm1((2 * x - 1) / (2 * sigma * sigma)));
            mean += Math.exp(order * ratio - x * x / (2 * sigma * sigma)) * step / (sigma * Math.sqrt(2 * Math.PI));
        }

        assertThat(RdpAccountant.divergence(uses(q, sigma, 1), order))
                .isCloseTo(Math.log(mean) / (order - 1), withinPercentage(1e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 1.1, 100, 1e-5, 0.549765",
        "0.01, 1.1, 1000, 1e-5, 1.515370",
        "0.01, 1.1, 10000, 1e-5, 5.192620",
        "0.01, 1.0, 1000, 1e-5, 1.828244",
        "0.001, 0.8, 10000, 1e-6, 0.947324",
        "0.04, 1.5, 2250, 1e-5, 6.768787",
        "1, 5, 100, 1e-5, 9.997256"
    })
    void lossDistributionsEqualTheReference(double q, double sigma, long steps, double delta, double epsilon) {
        assertThat(pld.epsilon(uses(q, sigma, steps), delta)).isCloseTo(epsilon, within(1e-6 * epsilon));
    }

    @Test
    void differentMechanismsComposeToTheReference() {
        List<Spent> mixed = List.of(
                new Spent(new SubsampledGaussian(0.01, 1.1), 500),
                new Spent(new SubsampledGaussian(0.02, 1.3), 300),
                new Spent(new SubsampledGaussian(1, 20), 10));

        assertThat(pld.epsilon(mixed, 1e-5)).isCloseTo(1.817336788, within(1e-6));
        assertThat(rdp.epsilon(mixed, 1e-5)).isGreaterThan(1.817336788);
    }

    /** The grid itself, where an exact answer is known. */
    @Test
    void theGridIsPessimisticAndCloseWhereTheTruthIsKnown() {
        GaussianLoss.Both both = GaussianLoss.of(new SubsampledGaussian(1, 5), 2e-3);
        for (PrivacyLoss loss : List.of(both.removed(), both.added())) {
            PrivacyLoss composed = new LossComposition(2e-3).with(loss, 100).compose();
            for (double epsilon : new double[] {0, 0.5, 2, 5, 9.9972}) {
                double exact = PldAccountant.exactDelta(2, epsilon);
                assertThat(composed.delta(epsilon)).isBetween(exact - 1e-11, exact * 1.001 + 1e-11);
            }
            assertThat(composed.epsilon(1e-5)).isCloseTo(9.997256, within(2e-4));
        }
    }

    @Test
    void whatIsTooMuchToBeAccountedIsUnbounded() {
        assertThat(pld.epsilon(uses(0.5, 0.05, 1_000_000), 1e-5)).isInfinite();
    }

    @Test
    void nothingSpentIsNoEpsilon() {
        assertThat(rdp.epsilon(List.of(), 1e-5)).isZero();
        assertThat(pld.epsilon(List.of(), 1e-5)).isZero();
    }

    @Test
    void aSumOfManyWideDiscreteGaussiansCostsWhatOneGaussianDoes() {
        double sigma = 40;
        DistributedDiscreteGaussian sum = new DistributedDiscreteGaussian(100, 4096, sigma, 64 * 20, 20);
        double multiplier = 10 * sigma / 20;

        assertThat(rdp.epsilon(List.of(new Spent(sum, 50)), 1e-5))
                .isCloseTo(rdp.epsilon(uses(1, multiplier, 50), 1e-5), withinPercentage(1e-6));
    }

    /** Worked out by hand for two devices at order 2: τ = 10 e^(−π²σ²); the first bound is the least, then the second. */
    @ParameterizedTest
    @CsvSource({"0.6, 4, 6.701033387", "1.2, 400, 1.388912684"})
    void narrowDiscreteGaussiansCostWhatTheTheoremSays(double sigma, int dimensions, double divergence) {
        DistributedDiscreteGaussian sum = new DistributedDiscreteGaussian(2, dimensions, sigma, 3, 2);

        assertThat(RdpAccountant.divergence(List.of(new Spent(sum, 1)), 2)).isCloseTo(divergence, within(1e-8));
    }

    @Test
    void theLossDistributionOfASumOfDiscreteGaussiansIsRefused() {
        List<Spent> spent = List.of(new Spent(new DistributedDiscreteGaussian(10, 8, 1, 1, 1), 1));

        assertThatThrownBy(() -> pld.epsilon(spent, 1e-5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use the RDP accountant");
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, -0.7350111298370844",
        "3, -10.720363041981113",
        "10, -102.87988902484489",
        "-3, 0.6931361352504468"
    })
    void logarithmsOfErfcAreExactToTwelveDigits(double x, double log) {
        assertThat(NormalTail.logErfc(x)).isCloseTo(log, withinPercentage(1e-10));
    }

    @Test
    void whereMostAreSampledTheBoundLiesBetweenHalfAndAll() {
        RdpAccountant accountant = new RdpAccountant();
        double last = 0;
        for (double rate : new double[] {0.3, 0.45, 0.5, 0.55, 0.667, 0.8, 0.95, 0.999, 1}) {
            double epsilon = accountant.epsilon(List.of(new Spent(new SubsampledGaussian(rate, 1.2), 4)), 1e-5);
            assertThat(epsilon).as("rate %s", rate).isGreaterThanOrEqualTo(last).isBetween(1.0, 10.0);
            last = epsilon;
        }
    }
}
