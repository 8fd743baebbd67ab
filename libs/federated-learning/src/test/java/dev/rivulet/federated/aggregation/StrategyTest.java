// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expected values come from an independent program in double precision (NumPy). */
class StrategyTest {

    private static final Layout LAYOUT = Layout.flat("w", 4);
    private static final Parameters MODEL = values(0.1f, 0.2f, 0.3f, 0.4f);
    private static final float[][] DELTAS = {
        {1, 2, -3, 0.5f},
        {2, -1, 0, 1.5f},
        {0, 4, 1, -2},
        {3, 3, 3, 3},
        {-1, 0, 2, 1},
        {0.5f, 0.5f, 0.5f, 0.5f},
        {100, -100, 100, -100}
    };
    private static final double[] WEIGHTS = {10, 20, 30, 5, 15, 20, 1};

    private static Parameters values(float... four) {
        return new Parameters(LAYOUT, four);
    }

    private static List<Update> updates(int from, int to, long base) {
        List<Update> updates = new ArrayList<>();
        for (int i = from; i < to; i++) {
            updates.add(Update.delta("d" + i, values(DELTAS[i]), WEIGHTS[i], base));
        }
        return updates;
    }

    private static void assertModel(ServerState state, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(state.model().values()[i]).as("value %d", i).isCloseTo((float) expected[i], within(2e-6f));
        }
    }

    private static ServerState twoRounds(Strategy strategy) {
        ServerState first = strategy.aggregate(strategy.begin(MODEL), updates(0, 3, 0));
        return strategy.aggregate(first, updates(3, 6, 1));
    }

    private static ServerState sevenIn(Strategy strategy) {
        return strategy.aggregate(strategy.begin(Parameters.zeros(LAYOUT)), updates(0, 7, 0));
    }

    @Test
    void fedAvgIsTheMeanByExamples() {
        ServerState state = FedAvg.PLAIN.aggregate(FedAvg.PLAIN.begin(MODEL), updates(0, 3, 0));
        assertModel(state, 0.933333333, 2.2, 0.3, -0.016666667);
        assertThat(state.version()).isEqualTo(1);
        FedProx prox = new FedProx(1);
        assertThat(prox.aggregate(prox.begin(MODEL), updates(0, 3, 0))).isEqualTo(state);
    }

    @Test
    void modelsAfterTrainingAndDifferencesMayBeMixed() {
        List<Update> mixed = new ArrayList<>(updates(0, 3, 0));
        mixed.set(1, Update.result("d1", MODEL.plus(values(DELTAS[1]), 1), WEIGHTS[1], 0));
        assertModel(FedAvg.PLAIN.aggregate(FedAvg.PLAIN.begin(MODEL), mixed), 0.933333333, 2.2, 0.3, -0.016666667);
    }

    @Test
    void fedAvgMKeepsItsVelocity() {
        assertModel(twoRounds(new FedAvgM(0.5, 0.9)), 1.016666667, 2.4125, 0.9875, 0.504166667);
    }

    @Test
    void adaptiveOptimisersFollowTheirMoments() {
        assertModel(twoRounds(FedAdam.USUAL), 0.312951838, 0.415206732, 0.399275424, 0.359575135);
        assertModel(twoRounds(new FedYogi(0.1, 0.9, 0.99, 1e-3)), 0.312432845, 0.414680952, 0.399275372, 0.359533425);
        assertModel(twoRounds(new FedAdagrad(0.1, 0.9, 1e-3)), 0.121468719, 0.221562549, 0.30999273, 0.395787879);
    }

    @Test
    void qFedAvgCountsDevicesWithAHighLossMore() {
        QFedAvg strategy = new QFedAvg(2, 10);
        List<Update> updates = new ArrayList<>();
        double[] losses = {0.5, 1, 2};
        for (Update update : updates(0, 3, 0)) {
            updates.add(update.withMetrics(Map.of(Update.LOSS_BEFORE, losses[updates.size()])));
        }
        assertModel(
                strategy.aggregate(strategy.begin(MODEL), updates), 0.101986316, 0.213683514, 0.302869124, 0.394372103);
        assertThat(strategy.check(strategy.begin(MODEL), updates(0, 1, 0).getFirst()))
                .isInstanceOfSatisfying(
                        Checked.Refused.class, it -> assertThat(it.reason()).isEqualTo(Reason.INCOMPLETE));
    }

    @Test
    void scaffoldTakesPlainMeansAndMovesItsControlVariateByTheShareOfDevices() {
        Scaffold strategy = new Scaffold(1, 10);
        List<Update> updates = updates(0, 2, 0).stream()
                .map(update -> update.withControl(update.values().plus(update.values(), 1)))
                .toList();
        ServerState state = strategy.aggregate(strategy.begin(MODEL), updates);
        assertModel(state, 1.6, 0.7, -1.2, 1.4);
        assertThat(((ServerState.Controlled) state).control()).isEqualTo(values(0.6f, 0.2f, -0.6f, 0.4f));
        assertThatThrownBy(() -> strategy.aggregate(state, updates(0, 1, 1))).hasMessageContaining("control variate");
    }

    @Test
    void fedBuffWaitsForItsBufferAndCountsOldUpdatesLess() {
        FedBuff strategy = new FedBuff(3, 0.5, new Staleness.Polynomial(0.5), 2);
        ServerState at2 = new ServerState.Buffered(2, MODEL, new PartialSum(LAYOUT));
        ServerState waiting = strategy.aggregate(at2, updates(0, 1, 2));
        waiting = strategy.aggregate(waiting, updates(1, 2, 1));
        assertThat(waiting.model()).isEqualTo(MODEL);
        assertThat(waiting.version()).isEqualTo(2);
        ServerState full = strategy.aggregate(waiting, updates(2, 3, 0));
        assertModel(full, 0.502368927, 0.800382383, -0.103774955, 0.467659939);
        assertThat(full.version()).isEqualTo(3);
        assertThat(((ServerState.Buffered) full).buffer().count()).isZero();
        assertThat(((ServerState.Buffered) waiting).buffer().count()).isEqualTo(2);
        assertThatThrownBy(() -> strategy.aggregate(full, updates(3, 4, 0))).hasMessageContaining("stale");
    }

    @Test
    void fedAsyncMixesEveryModelByItsStaleness() {
        FedAsync strategy = new FedAsync(0.6, new Staleness.Polynomial(0.5), 3);
        ServerState at3 = new ServerState.Plain(3, MODEL);
        Update old = Update.result("a", values(1, 1, 1, 1), 5, 0);
        assertModel(strategy.aggregate(at3, List.of(old)), 0.37, 0.44, 0.51, 0.58);
        assertThatThrownBy(() -> strategy.aggregate(at3, updates(0, 1, 2))).hasMessageContaining("base");
        assertThat(strategy.aggregate(at3, List.of(old)).version()).isEqualTo(4);
    }

    @Test
    void stalenessFallsAsThePaperSays() {
        assertThat(new Staleness.Constant().factor(9)).isEqualTo(1);
        assertThat(new Staleness.Polynomial(0.5).factor(3)).isEqualTo(0.5);
        Staleness hinge = new Staleness.Hinge(10, 4);
        assertThat(hinge.factor(4)).isEqualTo(1);
        assertThat(hinge.factor(6)).isEqualTo(1 / 21.0);
    }

    @Test
    void robustStrategiesLeaveOutWhatLiesApart() {
        assertModel(sevenIn(new CoordinateMedian()), 1, 0.5, 1, 0.5);
        assertModel(sevenIn(new TrimmedMean(0.25)), 1.166666667, 0.833333333, 1.166666667, 0.666666667);
        assertModel(sevenIn(new TrimmedMean(1 / 7.0)), 1.3, 0.9, 1.3, 0.3);
        assertModel(sevenIn(new Krum(2)), 0.5, 0.5, 0.5, 0.5);
        assertModel(sevenIn(new MultiKrum(2, 5)), 0.5, 1.1, 0.1, 0.3);
        assertModel(sevenIn(new Bulyan(1)), 0.5, 1.833333333, 0.5, 0.833333333);
        assertModel(sevenIn(new NormBounding(3)), 0.756388488, 0.52972193, 0.538642204, 0.298293195);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        CoordinateMedian median = new CoordinateMedian();
        ServerState state = median.aggregate(median.begin(Parameters.zeros(LAYOUT)), updates(0, 6, 0));
        assertModel(state, 0.75, 1.25, 0.75, 0.75);
    }

    @Test
    void tooFewUpdatesForARobustStrategyAreRefused() {
        assertThat(new Krum(2).least()).isEqualTo(7);
        assertThat(new Bulyan(1).least()).isEqualTo(7);
        assertThatThrownBy(() -> sevenIn(new Krum(3))).hasMessageContaining("at least 9 updates, not 7");
        assertThatThrownBy(() -> sevenIn(new Bulyan(2))).hasMessageContaining("at least 11 updates, not 7");
        assertThat(new TrimmedMean(0.4).least()).isEqualTo(1 + 4);
    }

    @Test
    void updatesOfAnotherVersionShapeOrStateAreRefused() {
        ServerState state = FedAvg.PLAIN.begin(MODEL);
        assertThatThrownBy(() -> FedAvg.PLAIN.aggregate(state, updates(0, 1, 1)))
                .hasMessageContaining("unknown-base");
        ServerState next = FedAvg.PLAIN.aggregate(state, updates(0, 1, 0));
        assertThatThrownBy(() -> FedAvg.PLAIN.aggregate(next, updates(0, 1, 0))).hasMessageContaining("stale");
        Update other = Update.delta("a", Parameters.zeros(Layout.flat("v", 4)), 1, 0);
        assertThatThrownBy(() -> FedAvg.PLAIN.aggregate(state, List.of(other))).hasMessageContaining("wrong-shape");
        assertThatThrownBy(() -> FedAdam.USUAL.aggregate(state, updates(0, 1, 0)))
                .hasMessageContaining("begin anew");
        assertThat(FedAvg.PLAIN.aggregate(state, List.of())).isSameAs(state);
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        List<Runnable> wrong = List.of(
                () -> new FedAvg(0),
                () -> new FedAvgM(1, 1),
                () -> new FedProx(-1),
                () -> new FedAdam(1, 0.9, 1, 1e-3),
                () -> new FedAsync(1.1, new Staleness.Constant(), 1),
                () -> new TrimmedMean(0.5),
                () -> new Krum(-1),
                () -> new NormBounding(Double.NaN));
        wrong.forEach(each -> assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class));
    }
}
