// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.aggregation.FedAsync;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.FedBuff;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Staleness;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.Shuffle;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A fifth of the devices is twenty times slower: rounds wait for them, buffers do not. Times are simulated. */
class StragglerSimulation {

    private static final long SEED = 41;
    private static final int AT_ONCE = 8;
    private static final double ACCURACY = 0.5;
    private static final LocalTraining TRAINING = new LocalTraining(3, 10, 0.05f, 0);

    private final Network network = new SoftmaxRegression(60, 10);
    private final List<SimulatedDevice> devices =
            new Synthetic(0, 0, true, 20, 120).devices(new Mt19937(2), new Mt19937(3));
    private final List<Double> seconds = new ArrayList<>();

    StragglerSimulation() {
        for (int k = 0; k < devices.size(); k++) {
            seconds.add(k % 5 == 0 ? 20.0 : 1.0 + 0.01 * k);
        }
    }

    private double synchronous() {
        SplittableRandom random = new SplittableRandom(SEED);
        ServerState state = FedAvg.PLAIN.begin(network.begin(random));
        double now = 0;
        while (now < 5000) {
            int[] picked = Shuffle.upTo(devices.size());
            Shuffle.inPlace(picked, random);
            List<Update> updates = new ArrayList<>();
            double longest = 0;
            for (int place = 0; place < AT_ONCE; place++) {
                SimulatedDevice device = devices.get(picked[place]);
                Parameters model = TRAINING.train(network.on(device.train()), state.model(), random)
                        .model();
                updates.add(Update.result(device.name(), model, 1, state.version()));
                longest = Math.max(longest, seconds.get(picked[place]));
            }
            state = FedAvg.PLAIN.aggregate(state, updates);
            now += longest;
            if (accuracy(state.model()) >= ACCURACY) {
                break;
            }
        }
        return now;
    }

    private double accuracy(Parameters model) {
        return Evaluation.over(devices.stream()
                        .map(device -> network.evaluate(model, device.test()))
                        .toList())
                .accuracy();
    }

    private double asynchronous(Strategy strategy) {
        AsynchronousSimulation simulation = new AsynchronousSimulation(
                devices, new AsynchronousSimulation.Setup(network, strategy, TRAINING, seconds, AT_ONCE), SEED);
        double now = 0;
        while (now < 5000 && simulation.evaluate().accuracy() < ACCURACY) {
            now += 2;
            simulation.runUntil(now);
        }
        return now;
    }

    @Test
    void buffersReachAnAccuracyLongBeforeRoundsThatWaitForStragglers() {
        double rounds = synchronous();
        double buffer = asynchronous(new FedBuff(4, 1, new Staleness.Polynomial(0.5), 50));
        double async = asynchronous(new FedAsync(0.4, new Staleness.Polynomial(0.5), 50));
        System.out.printf(
                "seed %d: simulated seconds to an accuracy of %.2f: rounds %.0f, FedBuff %.0f, FedAsync %.0f%n",
                SEED, ACCURACY, rounds, buffer, async);
        assertThat(rounds).isLessThan(5000);
        assertThat(buffer).isLessThan(rounds / 2);
        assertThat(async).isLessThan(rounds / 2);
    }

    /** Three in ten devices take twenty times as long. */
    @Test
    void withThreeStragglersInTenABufferIsAtAnAccuracyThreeTimesAsSoon() {
        for (int k = 0; k < seconds.size(); k++) {
            seconds.set(k, k % 10 < 3 ? 20.0 : 1.0 + 0.01 * k);
        }
        double rounds = synchronous();
        double buffer = asynchronous(new FedBuff(4, 1, new Staleness.Polynomial(0.5), 50));
        System.out.printf(
                "seed %d, 30 %% stragglers: simulated seconds to an accuracy of %.2f: rounds %.0f, FedBuff %.0f%n",
                SEED, ACCURACY, rounds, buffer);
        assertThat(rounds).isLessThan(5000);
        assertThat(rounds / buffer).isGreaterThanOrEqualTo(3);
    }

    @Test
    void updatesThatAreTooOldAreCountedAndNotUsed() {
        FedBuff impatient = new FedBuff(1, 1, new Staleness.Constant(), 25);
        AsynchronousSimulation simulation = new AsynchronousSimulation(
                devices, new AsynchronousSimulation.Setup(network, impatient, TRAINING, seconds, AT_ONCE), SEED);
        simulation.runUntil(19.9);
        assertThat(simulation.stale()).isZero();
        simulation.runUntil(30);
        assertThat(simulation.stale()).isPositive();
        assertThat(simulation.state().version()).isGreaterThan(40);
        assertThatThrownBy(() -> new AsynchronousSimulation.Setup(network, impatient, TRAINING, seconds, 20))
                .hasMessageContaining("fewer devices");
    }
}
