// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.training.Ditto;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalLayers;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Mlp;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.Objective;
import dev.rivulet.federated.training.Reptile;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every other device counts its labels from the other end, so that no common model suits all: what a model of one's own gains. */
class PersonalisationSimulation {

    private static final long SEED = 31;
    private static final int ROUNDS = 6;
    private static final LocalTraining TRAINING = new LocalTraining(5, 10, 0.1f, 0);

    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    PersonalisationSimulation() {
        Attack.LabelFlip other = new Attack.LabelFlip();
        for (SimulatedDevice device : new Synthetic(0, 0, true, 12, 120).devices(new Mt19937(8), new Mt19937(9))) {
            boolean reversed = devices.size() % 2 == 1;
            devices.add(
                    reversed
                            ? new SimulatedDevice(
                                    device.name(), other.examples(device.train()), other.examples(device.test()))
                            : device);
        }
    }

    private double accuracy(Network network, List<Parameters> models) {
        List<Evaluation> all = new ArrayList<>();
        for (int k = 0; k < devices.size(); k++) {
            all.add(network.evaluate(models.get(k), devices.get(k).test()));
        }
        return Evaluation.over(all).accuracy();
    }

    private Objective objective(Network network, int k) {
        return network.on(devices.get(k).train());
    }

    private ServerState round(Network network, FedAvg server, ServerState state) {
        List<Update> updates = new ArrayList<>();
        for (int k = 0; k < devices.size(); k++) {
            Parameters model =
                    TRAINING.train(objective(network, k), state.model(), random).model();
            updates.add(Update.result("d" + k, model, 1, state.version()));
        }
        return server.aggregate(state, updates);
    }

    @Test
    void modelsOfOnesOwnDoBetterThanTheCommonOneWhereDevicesDiffer() {
        Network network = new SoftmaxRegression(60, 10);
        Ditto ditto = new Ditto(new LocalTraining(5, 10, 0.1f, 0.1f));
        Reptile reptile = new Reptile(0.7, TRAINING);
        ServerState common = FedAvg.PLAIN.begin(network.begin(random));
        ServerState meta = common;
        List<Parameters> own = new ArrayList<>(
                devices.stream().map(it -> network.begin(random)).toList());
        for (int round = 0; round < ROUNDS; round++) {
            for (int k = 0; k < own.size(); k++) {
                own.set(
                        k,
                        ditto.train(objective(network, k), own.get(k), common.model(), random)
                                .model());
            }
            common = round(network, FedAvg.PLAIN, common);
            meta = round(network, reptile.server(), meta);
        }
        List<Parameters> tuned = new ArrayList<>();
        for (int k = 0; k < own.size(); k++) {
            tuned.add(reptile.personalised(objective(network, k), meta.model(), random));
        }
        Parameters one = common.model();
        double shared = accuracy(network, devices.stream().map(it -> one).toList());
        double dittos = accuracy(network, own);
        double reptiles = accuracy(network, tuned);
        System.out.printf("seed %d: common %.3f, Ditto %.3f, Reptile %.3f%n", SEED, shared, dittos, reptiles);
        assertThat(dittos).isGreaterThan(shared + 0.05);
        assertThat(reptiles).isGreaterThan(shared + 0.05);
    }

    @Test
    void aHeadOfOnesOwnOverACommonBodyDoesBetterThanOneModelForAll() {
        Network network = new Mlp(60, 24, 10);
        LocalLayers layers = new LocalLayers(network.layout(), Pattern.compile("head\\..*"));
        Parameters start = network.begin(random);
        ServerState whole = FedAvg.PLAIN.begin(start);
        ServerState body = FedAvg.PLAIN.begin(layers.shared(start));
        List<Parameters> own = new ArrayList<>(devices.stream().map(it -> start).toList());
        for (int round = 0; round < ROUNDS; round++) {
            whole = round(network, FedAvg.PLAIN, whole);
            List<Update> updates = new ArrayList<>();
            for (int k = 0; k < own.size(); k++) {
                Parameters joined = layers.joined(body.model(), own.get(k));
                own.set(k, TRAINING.train(objective(network, k), joined, random).model());
                updates.add(Update.result("d" + k, layers.shared(own.get(k)), 1, round));
            }
            body = FedAvg.PLAIN.aggregate(body, updates);
        }
        Parameters one = whole.model();
        double shared = accuracy(network, devices.stream().map(it -> one).toList());
        double heads = accuracy(network, own);
        System.out.printf("seed %d: common %.3f, own heads %.3f%n", SEED, shared, heads);
        assertThat(heads).isGreaterThan(shared + 0.05);
    }
}
