// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.aggregation.FedProx;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.Objective;
import dev.rivulet.federated.training.ScaffoldDevice;
import dev.rivulet.federated.training.Shuffle;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Synchronous rounds of a federation in one thread, without a network. The same seed gives the same models. Stragglers manage 1 to
 * {@code epochs − 1} epochs, each as likely; FedProx keeps what they send, all others drop it, as in arXiv 1812.06127, section 5.2.
 */
public final class FederationSimulation {

    private final List<SimulatedDevice> devices;
    private final Setup setup;
    private final SplittableRandom random;
    private final Map<Integer, ScaffoldDevice> scaffolds = new HashMap<>();
    private ServerState state;

    /**
     * What does not change.
     *
     * @param training of a device; the strategy's μ goes before its own
     * @param perRound devices of a round, 1 or more
     * @param stragglers share of a round's devices, from 0 to 1
     * @param attack what dishonest devices do
     * @param dishonest share of all devices, from 0 to 1: those with the lowest numbers
     */
    public record Setup(
            Network network,
            Strategy strategy,
            LocalTraining training,
            int perRound,
            double stragglers,
            Attack attack,
            double dishonest) {

        public Setup {
            if (perRound < 1 || !(stragglers >= 0 && stragglers <= 1) || !(dishonest >= 0 && dishonest <= 1)) {
                throw new IllegalArgumentException("1 device or more takes part in a round, and shares are 0 to 1");
            }
        }

        /** Honest devices that are all in time. */
        public static Setup honest(Network network, Strategy strategy, LocalTraining training, int perRound) {
            return new Setup(network, strategy, training, perRound, 0, new Attack.None(), 0);
        }

        /** The same with stragglers. */
        public Setup straggling(double share) {
            return new Setup(network, strategy, training, perRound, share, attack, dishonest);
        }

        /** The same with dishonest devices. */
        public Setup attacked(Attack by, double share) {
            return new Setup(network, strategy, training, perRound, stragglers, by, share);
        }
    }

    public FederationSimulation(List<SimulatedDevice> devices, Setup setup, long seed) {
        if (devices.size() < setup.perRound()) {
            throw new IllegalArgumentException("there are fewer devices than a round has");
        }
        this.devices = List.copyOf(devices);
        this.setup = setup;
        this.random = new SplittableRandom(seed);
        this.state = setup.strategy().begin(setup.network().begin(random.split()));
    }

    /** What the server has. */
    public ServerState state() {
        return state;
    }

    /** Runs rounds; gives how well the model does after each, over all devices' tests. */
    public List<Evaluation> rounds(int count) {
        List<Evaluation> curve = new ArrayList<>();
        for (int round = 0; round < count; round++) {
            round();
            curve.add(evaluate());
        }
        return curve;
    }

    /** Runs one round. Without an update in time the model stays as it is. */
    public void round() {
        int[] picked = Shuffle.upTo(devices.size());
        Shuffle.inPlace(picked, random);
        int late = (int) Math.round(setup.stragglers() * setup.perRound());
        List<Update> updates = new ArrayList<>();
        Parameters shared = null;
        for (int place = 0; place < setup.perRound(); place++) {
            Update update = update(picked[place], place < late);
            if (update != null && dishonest(picked[place]) && setup.attack().together()) {
                shared = shared == null ? update.values() : shared;
                update = update.withDelta(shared);
            }
            if (update != null) {
                updates.add(update);
            }
        }
        state = setup.strategy().aggregate(state, updates);
    }

    private boolean dishonest(int device) {
        return device < setup.dishonest() * devices.size();
    }

    private @Nullable Update update(int device, boolean late) {
        SplittableRandom own = random.split();
        LocalTraining training = training();
        if (late) {
            if (!(setup.strategy() instanceof FedProx) || training.epochs() == 1) {
                return null;
            }
            training = training.epochs(1 + own.nextInt(training.epochs() - 1));
        }
        SimulatedDevice simulated = devices.get(device);
        boolean dishonest = dishonest(device);
        Objective objective =
                setup.network().on(dishonest ? setup.attack().examples(simulated.train()) : simulated.train());
        Update update = trained(device, training, objective, own);
        return dishonest ? update.withDelta(setup.attack().sent(update.values())) : update;
    }

    private LocalTraining training() {
        LocalTraining all = setup.training();
        return setup.strategy() instanceof FedProx(double mu)
                ? new LocalTraining(all.epochs(), all.batch(), all.rate(), (float) mu)
                : all;
    }

    private Update trained(int device, LocalTraining training, Objective objective, SplittableRandom own) {
        String name = devices.get(device).name();
        Parameters model = state.model();
        if (state instanceof ServerState.Controlled controlled) {
            return scaffolds
                    .computeIfAbsent(device, it -> new ScaffoldDevice(name, Parameters.zeros(model.layout())))
                    .train(training, objective, model, state.version(), controlled.control(), own);
        }
        Parameters delta = training.train(objective, model, own).model().minus(model);
        return Update.delta(name, delta, objective.count(), state.version());
    }

    /** How well the model does over all devices' tests. */
    public Evaluation evaluate() {
        return Evaluation.over(devices.stream()
                .map(device -> setup.network().evaluate(state.model(), device.test()))
                .toList());
    }
}
