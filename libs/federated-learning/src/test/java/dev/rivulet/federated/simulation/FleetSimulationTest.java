// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.Scaffold;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetSimulationTest {

    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(60, 10);
    private static final Parameters ZEROS = Parameters.zeros(NETWORK.layout());
    private static final LocalTraining TRAINING = new LocalTraining(2, 10, 0.05f, 0);

    private static FleetSimulation fleet(Strategy strategy, int devices, Participation participation, long seed) {
        DevicePopulation population = DevicePopulation.of(new Synthetic(0, 0, true, devices, 60), seed);
        return new FleetSimulation(
                population,
                new FleetSimulation.Setup(NETWORK, strategy, TRAINING, participation, new Attack.None(), 0),
                ZEROS,
                seed);
    }

    @Test
    void whateverThreadsDoASeedGivesTheSameModel() throws Exception {
        Participation participation = new Participation(8, 1.5, 0.2, 0.1, 20);
        FleetSimulation one = fleet(FedAvg.PLAIN, 60, participation, 4);
        FleetSimulation other = fleet(FedAvg.PLAIN, 60, participation, 4);
        for (int round = 0; round < 3; round++) {
            assertThat(one.round()).isEqualTo(other.round());
        }
        assertThat(one.state().model()).isEqualTo(other.state().model());
        assertThat(one.state().model()).isNotEqualTo(ZEROS);
    }

    @Test
    void aFleetLearns() throws Exception {
        FleetSimulation fleet = fleet(FedAvg.PLAIN, 50, Participation.of(15), 2);
        double before = fleet.evaluate().accuracy();
        for (int round = 0; round < 8; round++) {
            fleet.round();
        }
        assertThat(fleet.evaluate().accuracy()).isGreaterThan(before + 0.2);
    }

    @Test
    void theFirstToAnswerCountAndTheRestIsLate() throws Exception {
        Participation patient = new Participation(10, 1, 0, 0.3, 50);
        Participation impatient = new Participation(10, 2, 0, 0.3, 50);
        FleetSimulation.Round waited = fleet(FedAvg.PLAIN, 40, patient, 6).round();
        FleetSimulation.Round cut = fleet(FedAvg.PLAIN, 40, impatient, 6).round();
        assertThat(waited.late()).isZero();
        assertThat(cut.counted()).isEqualTo(10);
        assertThat(cut.late()).isEqualTo(10);
        assertThat(cut.seconds()).isLessThan(waited.seconds() / 5);
    }

    @Test
    void thoseWhoDropOutAreNotCounted() throws Exception {
        FleetSimulation.Round round =
                fleet(FedAvg.PLAIN, 60, new Participation(40, 1, 0.5, 0, 1), 3).round();
        assertThat(round.dropped()).isBetween(8, 32);
        assertThat(round.counted()).isEqualTo(40 - round.dropped());
    }

    @Test
    void aDeviceIsTheSameEachTimeItIsAskedFor() {
        DevicePopulation population = DevicePopulation.of(new Synthetic(0.5, 0.5, false, 1000, 80), 11);
        assertThat(population.device(512)).isEqualTo(population.device(512));
        assertThat(population.device(512).train())
                .isNotEqualTo(population.device(513).train());
        List<Integer> sizes = new ArrayList<>();
        for (int k = 0; k < 40; k++) {
            sizes.add(population.device(k).train().count()
                    + population.device(k).test().count());
        }
        assertThat(sizes).allMatch(size -> size >= 50 && size <= 80);
    }

    @Test
    void alikeDevicesShareOneModelBehindTheirLabels() {
        DevicePopulation alike = DevicePopulation.of(new Synthetic(0, 0, true, 2, 200), 1);
        Parameters learnt = new LocalTraining(30, 10, 0.1f, 0)
                .train(NETWORK.on(alike.device(0).train()), ZEROS, Seeds.random(1))
                .model();
        assertThat(NETWORK.evaluate(learnt, alike.device(1).train()).accuracy()).isGreaterThan(0.3);
    }

    @Test
    void whatAFleetCantDoIsRefused() {
        assertThatThrownBy(() -> fleet(FedAvg.PLAIN, 5, Participation.of(6), 1)).hasMessageContaining("fewer devices");
        assertThatThrownBy(() -> fleet(new Scaffold(1, 20), 20, Participation.of(5), 1))
                .hasMessageContaining("control variates");
        assertThatThrownBy(() -> new Participation(5, 1, 1, 0, 1)).hasMessageContaining("below 1");
    }
}
