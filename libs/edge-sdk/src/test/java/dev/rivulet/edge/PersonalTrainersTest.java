// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.edge.Trainer.Outcome.Declined;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.simulation.Attack;
import dev.rivulet.federated.simulation.Mt19937;
import dev.rivulet.federated.simulation.SimulatedDevice;
import dev.rivulet.federated.simulation.Synthetic;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Twelve devices, of which every other one counts its labels from the other end: no common model suits all of them. */
class PersonalTrainersTest {

    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(60, 10);
    private static final Training ASKED =
            Training.newBuilder().setEpochs(5).setBatch(10).setRate(0.1f).build();
    private static final int ROUNDS = 6;

    private final List<SimulatedDevice> devices = new ArrayList<>();

    PersonalTrainersTest() {
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

    private static Task task(int round, Parameters model) {
        return new Task(round, model, ASKED, Duration.ofMinutes(1));
    }

    private NetworkTrainer plain(int device) {
        return new NetworkTrainer(NETWORK, devices.get(device).train(), device);
    }

    /** The common model after some rounds. */
    private Parameters rounds(FedAvg server, List<? extends Trainer> trainers) throws Exception {
        ServerState state = server.begin(NETWORK.begin(new SplittableRandom(31)));
        for (int round = 1; round <= ROUNDS; round++) {
            List<Update> updates = new ArrayList<>();
            for (int k = 0; k < trainers.size(); k++) {
                Trained trained = (Trained) trainers.get(k).train(task(round, state.model()));
                updates.add(Update.result("d" + k, trained.model(), trained.weight(), state.version()));
            }
            state = server.aggregate(state, updates);
        }
        return state.model();
    }

    private double accuracy(Function<Integer, Parameters> models) {
        List<Evaluation> all = new ArrayList<>();
        for (int k = 0; k < devices.size(); k++) {
            all.add(NETWORK.evaluate(models.apply(k), devices.get(k).test()));
        }
        return Evaluation.over(all).accuracy();
    }

    @Test
    void aModelOfOnesOwnBesideTheCommonOneDoesBetterForEachDevice() throws Exception {
        List<DittoTrainer> trainers = new ArrayList<>();
        for (int k = 0; k < devices.size(); k++) {
            trainers.add(DittoTrainer.of(plain(k), 0.1f, null));
        }
        assertThat(trainers.getFirst().own()).isNull();
        Parameters common = rounds(FedAvg.PLAIN, trainers);
        double shared = accuracy(_ -> common);
        double own = accuracy(k -> Objects.requireNonNull(trainers.get(k).own()));
        System.out.printf("common %.3f, Ditto %.3f%n", shared, own);
        assertThat(own).isGreaterThan(shared + 0.05);
    }

    @Test
    void fewStepsFromTheCommonModelDoBetterForEachDevice() throws Exception {
        List<ReptileTrainer> trainers = new ArrayList<>();
        for (int k = 0; k < devices.size(); k++) {
            trainers.add(new ReptileTrainer(plain(k)));
        }
        assertThat(trainers.getFirst().personalised(Parameters.zeros(NETWORK.layout())))
                .isEmpty();
        Parameters common = rounds(new FedAvg(0.7), trainers);
        List<Parameters> tuned = new ArrayList<>();
        for (ReptileTrainer trainer : trainers) {
            tuned.add(trainer.personalised(common).orElseThrow());
        }
        double shared = accuracy(_ -> common);
        double own = accuracy(tuned::get);
        System.out.printf("common %.3f, Reptile %.3f%n", shared, own);
        assertThat(own).isGreaterThan(shared + 0.05);
        assertThat(((Trained) trainers.getFirst().train(task(9, common))).weight())
                .isEqualTo(1);
    }

    @Test
    void whatTheFederationGetsIsWhatItWouldGetWithout() throws Exception {
        Parameters start = NETWORK.begin(new SplittableRandom(3));
        Trained with = (Trained) DittoTrainer.of(plain(0), 1, null).train(task(4, start));
        assertThat(with.model()).isEqualTo(((Trained) plain(0).train(task(4, start))).model());
    }

    @Test
    void whoDeclinesTrainsNoModelOfItsOwn() throws Exception {
        DittoTrainer ditto = new DittoTrainer(_ -> new Declined("no-data", ""), (task, _) -> task.model(), null);
        assertThat(ditto.train(task(1, Parameters.zeros(NETWORK.layout())))).isInstanceOf(Declined.class);
        assertThat(ditto.own()).isNull();
        ReptileTrainer reptile = new ReptileTrainer(_ -> new Declined("no-data", ""));
        assertThat(reptile.train(task(1, Parameters.zeros(NETWORK.layout())))).isInstanceOf(Declined.class);
        assertThat(reptile.own()).isNull();
    }
}
