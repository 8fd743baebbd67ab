// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggregations with devices that drop out at random. Each name of a failed test holds its seed. */
class SecAggSimulation {

    private static final Set<Integer> NOBODY = Set.of();

    private static Set<Integer> some(int devices, double share, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Integer> chosen = new TreeSet<>();
        while (chosen.size() < (int) (share * devices)) {
            chosen.add(1 + random.nextInt(devices));
        }
        return chosen;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 2", "4, 3", "5, 4", "6, 4", "7, 3"})
    void theSumEqualsThePlainOneWithThreeTenthsDroppedAtAnyStep(long seed, int step) {
        Aggregation aggregation = new Aggregation(new SecAggPlan("round-" + seed, 10, 5, 50, 20), seed);
        Set<Integer> dropped = some(10, 0.3, seed);
        Phase phase = aggregation.run(
                step == 1 ? dropped : NOBODY,
                step == 2 ? dropped : NOBODY,
                step == 3 ? dropped : NOBODY,
                step == 4 ? dropped : NOBODY);

        assertThat(phase).as(aggregation.server.reason()).isEqualTo(Phase.DONE);
        assertThat(aggregation.server.sum()).isEqualTo(aggregation.expected());
        assertThat(aggregation.server.survivors()).hasSize(step == 0 || step == 4 ? 10 : 7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 31, 32})
    void theSumEqualsThePlainOneAtEveryWidth(int bits) {
        Aggregation aggregation = new Aggregation(new SecAggPlan("width", 5, 3, 33, bits), bits);

        assertThat(aggregation.run(NOBODY, NOBODY, Set.of(2), NOBODY)).isEqualTo(Phase.DONE);
        assertThat(aggregation.server.sum()).isEqualTo(aggregation.expected());
    }

    @Test
    void someMayDropOutAtEveryStepOfOneAggregation() {
        Aggregation aggregation = new Aggregation(new SecAggPlan("all-steps", 16, 6, 10, 32), 9);

        assertThat(aggregation.run(Set.of(1), Set.of(3), Set.of(5), Set.of(7))).isEqualTo(Phase.DONE);
        assertThat(aggregation.server.sum()).isEqualTo(aggregation.expected());
        assertThat(aggregation.server.survivors()).hasSize(13);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void onAGraphInWhichEachMasksWithSixTheSumIsTheSame(long seed) {
        SecAggPlan plan = new SecAggPlan("regular", 14, 7, 9, 24);
        SplittableRandom random = new SplittableRandom(seed);
        SecAggServer server = new SecAggServer(plan, devices -> MaskGraph.regular(devices, 6, random));
        Aggregation aggregation = new Aggregation(plan, seed, server);

        assertThat(aggregation.run(Set.of(14), Set.of(3), Set.of(7, 9), Set.of(1)))
                .as(server.reason())
                .isEqualTo(Phase.DONE);
        assertThat(server.sum()).isEqualTo(aggregation.expected());
    }

    @ParameterizedTest
    @CsvSource({"100, true", "101, false", "500, false"})
    void devicesOfAGraphMaskWithEachOther(int devices, boolean complete) {
        int degree = MaskDegree.of(devices);
        MaskGraph graph =
                MaskGraph.over(IntStream.rangeClosed(1, devices).boxed().toList(), new SplittableRandom(devices));

        Set<Integer> wrong = new TreeSet<>();
        graph.circles().forEach((device, circle) -> {
            boolean mutual = circle.contains(device)
                    && circle.stream()
                            .allMatch(other -> graph.circles()
                                    .getOrDefault(other, Collections.emptySortedSet())
                                    .contains(device));
            if (!mutual || circle.size() != (complete ? devices : degree + 1)) {
                wrong.add(device);
            }
        });
        assertThat(graph.circles()).hasSize(devices);
        assertThat(wrong).isEmpty();
        assertThat(2 * graph.threshold()).isGreaterThan(complete ? devices : degree + 1);
    }

    @Test
    void aSumOfNoisyUpdatesIsPrivateAndCloseToTheTruth() {
        NoisePlan noisePlan = NoisePlan.of(30, 10, 0.01, 8, 20);
        DiscreteNoise noise = new DiscreteNoise(noisePlan, 77);
        Aggregation aggregation = new Aggregation(new SecAggPlan("noisy", 8, 5, noise.length(), 20), 6);
        float[] update = new float[30];
        Arrays.fill(update, 1.5f);
        SplittableRandom random = new SplittableRandom(6);
        aggregation.vectors.replaceAll((_, _) -> noise.encode(update, random));

        assertThat(aggregation.run(NOBODY, NOBODY, Set.of(3), NOBODY)).isEqualTo(Phase.DONE);
        for (float sum : noise.decode(aggregation.server.sum())) {
            assertThat(sum).isCloseTo(7 * 1.5f, within(0.5f));
        }
    }

    @Test
    @Tag("long")
    void aboveAHundredDevicesEachMasksWithSomeAndTheSumIsTheSame() {
        Aggregation aggregation = new Aggregation(new SecAggPlan("graph", 110, 60, 4, 24), 3);
        aggregation.advertise(NOBODY);
        Message.Circle circle = (Message.Circle) aggregation.server.messageFor(1);
        assertThat(circle.members().size()).isEqualTo(MaskDegree.of(110) + 1).isLessThan(110);
        aggregation.share(NOBODY);
        aggregation.mask(some(110, 0.3, 5));
        aggregation.unmask(NOBODY);

        assertThat(aggregation.server.phase()).as(aggregation.server.reason()).isEqualTo(Phase.DONE);
        assertThat(aggregation.server.sum()).isEqualTo(aggregation.expected());
    }

    @ParameterizedTest
    @CsvSource({"1, sent keys", "2, shared their secrets", "3, sent their vectors", "4, gave their shares"})
    void belowTheMinimumNothingIsSummed(int step, String reason) {
        Aggregation aggregation = new Aggregation(SecAggPlan.of("few", 12, 5, 16), step);
        Set<Integer> dropped = Set.of(2, 3, 5, 7, 11);
        Phase phase = aggregation.run(
                step == 1 ? dropped : NOBODY,
                step == 2 ? dropped : NOBODY,
                step == 3 ? dropped : NOBODY,
                step == 4 ? dropped : NOBODY);

        assertThat(phase).isEqualTo(Phase.ABORTED);
        assertThat(aggregation.server.reason()).isEqualTo("only 7 devices " + reason + ", and 8 are needed");
    }
}
