// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.aggregation.FedProx;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.Shuffle;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Synchronous rounds of thousands of devices, each on a virtual thread, in simulated time and without a network; updates are combined by
 * the strategies that the service uses. A device is in memory only while it trains, so that memory grows with the cohort and not with the
 * population. The same seed gives the same models, however threads run: every device of a round has random numbers of its own.
 */
public final class FleetSimulation {
    private static final long PICK = 2;
    private static final long ROUND = 3;
    private static final long TESTERS = 4;
    private static final int MOST_TESTERS = 200;

    private final DevicePopulation devices;
    private final Setup setup;
    private final long seed;
    private final List<Examples> tests;
    private final Semaphore running = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
    private ServerState state;
    private int round;

    /**
     * What does not change.
     *
     * @param strategy of rounds, without control variates
     * @param training of a device; the strategy's μ goes before its own
     * @param attack what dishonest devices do
     * @param dishonest share of all devices, from 0 to 1: those with the lowest numbers
     */
    public record Setup(
            Network network,
            Strategy strategy,
            LocalTraining training,
            Participation participation,
            Attack attack,
            double dishonest) {

        public Setup {
            if (!(dishonest >= 0 && dishonest <= 1)) {
                throw new IllegalArgumentException("the share of dishonest devices is 0 to 1");
            }
        }
    }

    /**
     * What happened in a round.
     *
     * @param asked devices
     * @param counted updates that were combined; 0 if they were fewer than the strategy needs
     * @param dropped devices that gave no update
     * @param late updates that came when the round had enough
     * @param seconds simulated, until the last update that counted
     */
    public record Round(int asked, int counted, int dropped, int late, double seconds) {}

    private record Answer(int device, double seconds, Update update) {}

    /** @param start first model */
    public FleetSimulation(DevicePopulation devices, Setup setup, Parameters start, long seed) {
        if (devices.count() < setup.participation().asked()) {
            throw new IllegalArgumentException("there are fewer devices than a round asks");
        }
        this.devices = devices;
        this.setup = setup;
        this.seed = seed;
        this.state = setup.strategy().begin(start);
        if (state instanceof ServerState.Controlled) {
            throw new IllegalArgumentException("control variates would be kept for every device of the fleet");
        }
        this.tests = tests();
    }

    private List<Examples> tests() {
        int[] order = Shuffle.upTo(devices.count());
        Shuffle.inPlace(order, Seeds.random(seed, TESTERS));
        List<Examples> some = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_TESTERS, order.length); i++) {
            some.add(devices.device(order[i]).test());
        }
        return some;
    }

    /** What the server has. */
    public ServerState state() {
        return state;
    }

    /** How well the model does over the tests of at most 200 devices, drawn once. */
    public Evaluation evaluate() {
        return Evaluation.over(tests.stream()
                .filter(test -> test.count() > 0)
                .map(test -> setup.network().evaluate(state.model(), test))
                .toList());
    }

    /** Runs one round. */
    public Round round() throws InterruptedException {
        round++;
        List<Integer> asked = picked();
        List<Answer> answers = answers(asked);
        answers.sort(Comparator.comparingDouble(Answer::seconds).thenComparingInt(Answer::device));
        int counted = Math.min(setup.participation().cohort(), answers.size());
        List<Answer> inTime = answers.subList(0, counted);
        double seconds = counted == 0 ? 0 : inTime.getLast().seconds();
        boolean enough = counted >= setup.strategy().least();
        if (enough) {
            state = setup.strategy().aggregate(state, sent(inTime));
        }
        return new Round(
                asked.size(), enough ? counted : 0, asked.size() - answers.size(), answers.size() - counted, seconds);
    }

    private List<Integer> picked() {
        int[] order = Shuffle.upTo(devices.count());
        Shuffle.inPlace(order, Seeds.random(seed, PICK, round));
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < setup.participation().asked(); i++) {
            picked.add(order[i]);
        }
        return picked;
    }

    private List<Answer> answers(List<Integer> asked) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> trained = new ArrayList<>();
            for (int device : asked) {
                SplittableRandom own = Seeds.random(seed, ROUND, round, device);
                if (own.nextDouble() >= setup.participation().dropout()) {
                    trained.add(threads.submit(() -> answer(device, own)));
                }
            }
            for (Future<Answer> each : trained) {
                answers.add(each.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a device failed to train", e.getCause());
        }
        return answers;
    }

    private Answer answer(int number, SplittableRandom own) throws InterruptedException {
        running.acquire();
        try {
            SimulatedDevice device = devices.device(number);
            boolean dishonest = dishonest(number);
            Examples examples = dishonest ? setup.attack().examples(device.train()) : device.train();
            Parameters base = state.model();
            LocalTraining training = training();
            Parameters delta = training.train(setup.network().on(examples), base, own)
                    .model()
                    .minus(base);
            Update update = Update.delta(device.name(), delta, examples.count(), state.version());
            double seconds = setup.participation().seconds(seed, number, (long) training.epochs() * examples.count());
            return new Answer(
                    number, seconds, dishonest ? update.withDelta(setup.attack().sent(delta)) : update);
        } finally {
            running.release();
        }
    }

    private LocalTraining training() {
        LocalTraining all = setup.training();
        return setup.strategy() instanceof FedProx(double mu)
                ? new LocalTraining(all.epochs(), all.batch(), all.rate(), (float) mu)
                : all;
    }

    private boolean dishonest(int device) {
        return device < setup.dishonest() * devices.count();
    }

    /** In the order of their numbers; those who work together send what the first of them sends. */
    private List<Update> sent(List<Answer> answers) {
        List<Update> updates = new ArrayList<>();
        Parameters shared = null;
        for (Answer answer :
                answers.stream().sorted(Comparator.comparingInt(Answer::device)).toList()) {
            Update update = answer.update();
            if (dishonest(answer.device()) && setup.attack().together()) {
                shared = shared == null ? update.values() : shared;
                update = update.withDelta(shared);
            }
            updates.add(update);
        }
        return updates;
    }
}
