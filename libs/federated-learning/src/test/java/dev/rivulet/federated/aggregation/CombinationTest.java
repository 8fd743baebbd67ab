// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.aggregation.Combination.Arrival;
import dev.rivulet.federated.aggregation.Combination.Conflict;
import dev.rivulet.federated.aggregation.Combination.Encoding;
import dev.rivulet.federated.aggregation.Combination.Summation;
import dev.rivulet.federated.aggregation.Combination.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class CombinationTest {

    private static final Combination SCAFFOLD = Combination.of(new Scaffold(1, 100));
    private static final Combination KRUM = Combination.of(new Krum(2));
    private static final Combination FED_AVG = Combination.of(FedAvg.PLAIN);
    private static final Combination FED_BUFF = Combination.of(FedBuff.USUAL);
    private static final Combination FED_ASYNC = Combination.of(new FedAsync(0.6, new Staleness.Constant(), 9));

    private static void assertConflict(Combination chosen, String code) {
        assertThat(chosen.conflicts()).extracting(Conflict::code).containsExactly(code);
        assertThat(chosen.conflicts()).allSatisfy(conflict -> {
            assertThat(conflict.why()).endsWith(".").hasSizeGreaterThan(30);
            assertThat(conflict.mend()).endsWith(".").hasSizeGreaterThan(15);
        });
    }

    @Test
    void everyStrategyWorksWithTheChoicesThatSuitIt() {
        List<Strategy> all = List.of(
                FedAvg.PLAIN,
                new FedAvgM(1, 0.9),
                new FedProx(1),
                FedAdam.USUAL,
                FedYogi.USUAL,
                FedAdagrad.USUAL,
                new Scaffold(1, 10),
                FedBuff.USUAL,
                new FedAsync(0.6, new Staleness.Hinge(10, 4), 9),
                new QFedAvg(1, 10),
                new CoordinateMedian(),
                new TrimmedMean(0.1),
                new Krum(1),
                new MultiKrum(1, 4),
                new Bulyan(1),
                new NormBounding(1));
        assertThat(all)
                .allSatisfy(each -> assertThat(Combination.of(each).conflicts()).isEmpty());
    }

    @Test
    void robustStrategiesNeedSingleUpdatesOrEnoughGroups() {
        assertConflict(KRUM.summed(Summation.SECURE, 1), "robust-needs-single-updates");
        assertConflict(KRUM.summed(Summation.SECURE_IN_GROUPS, 6), "too-few-groups");
        assertThat(KRUM.summed(Summation.SECURE_IN_GROUPS, 7).conflicts()).isEmpty();
        assertConflict(KRUM.weighted(Weights.EXAMPLES), "robust-needs-equal-weights");
        Combination bounded = Combination.of(new NormBounding(1)).summed(Summation.SECURE, 1);
        assertConflict(bounded, "bound-needs-single-updates");
        assertThat(bounded.clippedByItsDevices().conflicts()).isEmpty();
    }

    @Test
    void scaffoldNeedsRoundsAndEqualWeights() {
        assertConflict(SCAFFOLD.arriving(Arrival.ANY_TIME), "scaffold-needs-rounds");
        assertConflict(SCAFFOLD.weighted(Weights.EXAMPLES), "scaffold-needs-equal-weights");
        assertConflict(SCAFFOLD.weighted(Weights.EXAMPLES).summed(Summation.SECURE, 1), "scaffold-secure-weights");
        assertThat(SCAFFOLD.summed(Summation.SECURE, 1).conflicts()).isEmpty();
    }

    @Test
    void asynchronousStrategiesHaveNoSecureSum() {
        assertConflict(FED_BUFF.summed(Summation.SECURE, 1), "secure-sums-need-rounds");
        assertConflict(FED_ASYNC.summed(Summation.SECURE, 1), "secure-sums-need-rounds");
        assertConflict(FED_BUFF.arriving(Arrival.ROUNDS), "strategy-needs-no-rounds");
        assertConflict(FED_AVG.arriving(Arrival.ANY_TIME), "strategy-needs-rounds");
        assertConflict(Combination.of(new QFedAvg(1, 1)).summed(Summation.SECURE, 1), "loss-needs-single-updates");
    }

    @Test
    void encodingsMustSuitMasksAndStrategies() {
        Combination secure = FED_AVG.summed(Summation.SECURE, 1);
        assertConflict(secure.encoded(Encoding.TOP_K), "masks-need-the-same-places");
        assertConflict(secure.encoded(Encoding.QUANTISED), "masks-need-one-scale");
        assertThat(secure.encoded(Encoding.SKETCH).conflicts()).isEmpty();
        assertConflict(KRUM.encoded(Encoding.SKETCH), "sketch-needs-plain-mean");
        assertConflict(FED_ASYNC.encoded(Encoding.TOP_K), "models-are-not-sparse");
    }

    @Test
    void noiseNeedsMeansOfManyThatCountAlike() {
        assertConflict(FED_AVG.withNoise(), "noise-needs-equal-weights");
        assertThat(FED_AVG.withNoise().weighted(Weights.EQUAL).conflicts()).isEmpty();
        assertConflict(KRUM.withNoise(), "noise-needs-a-mean");
        assertConflict(FED_ASYNC.withNoise(), "noise-needs-many");
        assertConflict(SCAFFOLD.withNoise(), "noise-on-control-variates");
        assertThat(FED_BUFF.withNoise().conflicts()).isEmpty();
    }

    @Test
    void groupsBelongToSumsInGroups() {
        assertThatThrownBy(() -> KRUM.summed(Summation.SECURE, 2)).hasMessageContaining("groups");
        assertThatThrownBy(() -> KRUM.summed(Summation.SECURE_IN_GROUPS, 0)).hasMessageContaining("groups");
    }
}
