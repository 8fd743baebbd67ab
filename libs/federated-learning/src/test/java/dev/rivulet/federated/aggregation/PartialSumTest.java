// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PartialSumTest {

    private static final Layout LAYOUT = Layout.flat("w", 5000);

    private static List<Term> terms(int count, Layout layout, Random random) {
        List<Term> terms = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] values = new float[layout.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            terms.add(Term.byExamples(
                    Update.delta("d" + n, new Parameters(layout, values), 1 + random.nextInt(10_000), 0)));
        }
        return terms;
    }

    private static PartialSum sum(List<Term> terms) {
        PartialSum sum = new PartialSum(terms.getFirst().update().values().layout());
        sum.add(terms);
        return sum;
    }

    @Test
    void sumsInPartsEqualTheWholeHoweverTheyAreSplit() {
        Random random = new Random(7);
        List<Term> terms = terms(60, LAYOUT, random);
        PartialSum whole = sum(terms);
        double bound = terms.size()
                * 0x1p-52
                * terms.stream().mapToDouble(term -> 6 * term.coefficient()).sum();
        for (int shards = 1; shards <= 60; shards += 7) {
            Collections.shuffle(terms, random);
            PartialSum merged = new PartialSum(LAYOUT);
            for (int shard = 0; shard < shards; shard++) {
                int from = shard * 60 / shards;
                merged.merge(sum(terms.subList(from, (shard + 1) * 60 / shards)));
            }
            assertThat(merged.mass()).isEqualTo(whole.mass());
            assertThat(merged.count()).isEqualTo(60);
            assertThat(furthest(merged.sums(), whole.sums())).isLessThanOrEqualTo(bound);
            Parameters zeros = Parameters.zeros(LAYOUT);
            assertThat(merged.mean(zeros).minus(whole.mean(zeros)).norm()).isLessThan(1e-6);
        }
    }

    private static double furthest(double[] some, double[] others) {
        double most = 0;
        for (int i = 0; i < some.length; i++) {
            most = Math.max(most, Math.abs(some[i] - others[i]));
        }
        return most;
    }

    @Test
    void aCopyDoesNotChangeWithTheOriginal() {
        PartialSum sum = sum(terms(2, LAYOUT, new Random(1)));
        PartialSum copy = sum.copy();
        double before = copy.sums()[0];
        sum.merge(copy);
        assertThat(copy.sums()[0]).isEqualTo(before);
        assertThat(sum.sums()[0]).isEqualTo(2 * before);
    }

    @Test
    void nothingHasNoMeanAndOtherLayoutsDoNotAdd() {
        PartialSum none = new PartialSum(LAYOUT);
        assertThatThrownBy(() -> none.mean(Parameters.zeros(LAYOUT))).hasMessageContaining("no updates");
        assertThatThrownBy(() -> none.merge(new PartialSum(Layout.flat("v", 5000))))
                .hasMessageContaining("differ");
        assertThatThrownBy(() -> new Term(Update.delta("a", Parameters.zeros(LAYOUT), 1, 0), Double.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Prints what aggregation of a million float32 takes; the bound is loose, since a machine may be busy. */
    @Test
    @Tag("long")
    void tenTimesAMillionValuesAreSummedAtThePaceOfMemory() {
        List<Term> terms = terms(10, Layout.flat("w", 1_000_000), new Random(3));
        List<Update> updates = terms.stream().map(Term::update).toList();
        Parameters zeros = Parameters.zeros(updates.getFirst().values().layout());
        for (Strategy strategy : List.of(
                FedAvg.PLAIN,
                FedAdam.USUAL,
                new NormBounding(100),
                new CoordinateMedian(),
                new TrimmedMean(0.2),
                new MultiKrum(2, 8),
                new Bulyan(1))) {
            long best = Long.MAX_VALUE;
            for (int run = 0; run < 40; run++) {
                ServerState state = strategy.begin(zeros);
                long start = System.nanoTime();
                ServerState next = strategy.aggregate(state, updates);
                best = Math.min(best, System.nanoTime() - start);
                assertThat(next.version()).isEqualTo(1);
            }
            System.out.printf("%s: 10 x 1M float32 in %.1f ms%n", strategy, best / 1e6);
            assertThat(best).isLessThan(2_000_000_000L);
        }
    }
}
