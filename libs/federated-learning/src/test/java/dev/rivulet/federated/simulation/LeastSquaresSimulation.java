// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.Scaffold;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Objective;
import dev.rivulet.federated.training.ScaffoldDevice;
import dev.rivulet.federated.training.Shuffle;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Federated least squares, whose optimum is known: what drifts ends elsewhere. */
class LeastSquaresSimulation {

    private static final long SEED = 17;
    private static final int DIMENSIONS = 8;
    private static final int DEVICES = 12;
    private static final Layout LAYOUT = Layout.flat("w", DIMENSIONS);
    private static final LocalTraining FULL_BATCHES = new LocalTraining(20, 40, 0.02f, 0);

    private final LeastSquares problem = new LeastSquares(DEVICES, 40, DIMENSIONS, 1, new SplittableRandom(SEED));
    private final List<Objective> objectives = problem.objectives();

    private double distance(Parameters model) {
        double[] optimum = problem.optimum();
        double square = 0;
        for (int j = 0; j < DIMENSIONS; j++) {
            square += Math.pow(model.values()[j] - optimum[j], 2);
        }
        return Math.sqrt(square);
    }

    @Test
    void theMeanGradientIsZeroAtTheOptimum() {
        double[] optimum = problem.optimum();
        float[] weights = new float[DIMENSIONS];
        for (int j = 0; j < DIMENSIONS; j++) {
            weights[j] = (float) optimum[j];
        }
        double[] mean = new double[DIMENSIONS];
        for (Objective objective : objectives) {
            float[] gradient = new float[DIMENSIONS];
            objective.gradient(weights, Shuffle.upTo(40), 0, 40, gradient);
            for (int j = 0; j < DIMENSIONS; j++) {
                mean[j] += gradient[j] / DEVICES;
            }
        }
        assertThat(mean).containsExactly(new double[DIMENSIONS], within(1e-5));
    }

    @Test
    void scaffoldReachesTheOptimumAndFedAvgStaysBeside() {
        double drifted = distance(fedAvg(250));
        double everyone = distance(scaffold(250, DEVICES));
        double some = distance(scaffold(750, 4));
        System.out.printf(
                "seed %d: distance to the optimum: FedAvg %.2e, SCAFFOLD %.2e, with 4 of 12 a round %.2e%n",
                SEED, drifted, everyone, some);
        assertThat(drifted).isGreaterThan(0.05);
        assertThat(everyone).isLessThan(2e-4);
        assertThat(some).isLessThan(1e-3);
    }

    private Parameters fedAvg(int rounds) {
        ServerState state = FedAvg.PLAIN.begin(Parameters.zeros(LAYOUT));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < rounds; round++) {
            List<Update> updates = new ArrayList<>();
            for (Objective objective : objectives) {
                Parameters model =
                        FULL_BATCHES.train(objective, state.model(), random).model();
                updates.add(Update.result("d" + updates.size(), model, objective.count(), round));
            }
            state = FedAvg.PLAIN.aggregate(state, updates);
        }
        return state.model();
    }

    private Parameters scaffold(int rounds, int perRound) {
        Scaffold strategy = new Scaffold(1, DEVICES);
        ServerState state = strategy.begin(Parameters.zeros(LAYOUT));
        SplittableRandom random = new SplittableRandom(SEED);
        List<ScaffoldDevice> devices = new ArrayList<>();
        for (int k = 0; k < DEVICES; k++) {
            devices.add(new ScaffoldDevice("d" + k, Parameters.zeros(LAYOUT)));
        }
        for (int round = 0; round < rounds; round++) {
            int[] picked = Shuffle.upTo(DEVICES);
            Shuffle.inPlace(picked, random);
            List<Update> updates = new ArrayList<>();
            for (int place = 0; place < perRound; place++) {
                int k = picked[place];
                Parameters control = ((ServerState.Controlled) state).control();
                updates.add(devices.get(k)
                        .train(FULL_BATCHES, objectives.get(k), state.model(), state.version(), control, random));
            }
            state = strategy.aggregate(state, updates);
        }
        return state.model();
    }
}
