// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.aggregation.FedAsync;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A federation whose updates come at any time, in simulated time and one thread: as soon as a device is done, another begins with the
 * model of that moment. The same seed gives the same models.
 */
public final class AsynchronousSimulation {

    private final DevicePopulation devices;
    private final Setup setup;
    private final SplittableRandom random;
    private final PriorityQueue<Training> running =
            new PriorityQueue<>(Comparator.comparingDouble(Training::ends).thenComparingLong(Training::number));
    private final List<Integer> idle = new ArrayList<>();
    private ServerState state;
    private double now;
    private long begun;
    private int stale;

    /**
     * What does not change.
     *
     * @param strategy FedBuff or FedAsync
     * @param seconds that a round of each device takes, above 0; as many as devices
     * @param concurrent devices that train at the same time, from 1 to below the number of devices
     */
    public record Setup(
            Network network, Strategy strategy, LocalTraining training, List<Double> seconds, int concurrent) {

        public Setup {
            seconds = List.copyOf(seconds);
            if (concurrent < 1
                    || concurrent >= seconds.size()
                    || seconds.stream().anyMatch(each -> !(each > 0))) {
                throw new IllegalArgumentException("fewer devices train than there are, each for more than no time");
            }
        }
    }

    private record Training(double ends, long number, int device, ServerState base) {}

    public AsynchronousSimulation(List<SimulatedDevice> devices, Setup setup, long seed) {
        this(DevicePopulation.of(devices), setup, null, seed);
    }

    /** @param start first model; null for the network's own */
    public AsynchronousSimulation(DevicePopulation devices, Setup setup, @Nullable Parameters start, long seed) {
        if (devices.count() != setup.seconds().size()) {
            throw new IllegalArgumentException("every device has its time");
        }
        this.devices = devices;
        this.setup = setup;
        this.random = new SplittableRandom(seed);
        SplittableRandom first = random.split();
        this.state = setup.strategy().begin(start == null ? setup.network().begin(first) : start);
        for (int k = 0; k < devices.count(); k++) {
            idle.add(k);
        }
        for (int k = 0; k < setup.concurrent(); k++) {
            begin();
        }
    }

    private void begin() {
        int device = idle.remove(random.nextInt(idle.size()));
        running.add(new Training(now + setup.seconds().get(device), begun++, device, state));
    }

    /** Runs until so many simulated seconds are over since the beginning. */
    public void runUntil(double seconds) {
        while (!running.isEmpty() && running.peek().ends() <= seconds) {
            Training done = running.remove();
            now = done.ends();
            arrive(done);
            begin();
            idle.add(done.device());
        }
        now = seconds;
    }

    private void arrive(Training done) {
        SimulatedDevice device = devices.device(done.device());
        Parameters base = done.base().model();
        Parameters model = setup.training()
                .train(setup.network().on(device.train()), base, random.split())
                .model();
        long version = done.base().version();
        Update update = setup.strategy() instanceof FedAsync
                ? Update.result(device.name(), model, device.train().count(), version)
                : Update.delta(device.name(), model.minus(base), device.train().count(), version);
        switch (setup.strategy().check(state, update)) {
            case Checked.Accepted<Update>(Update usable) ->
                state = setup.strategy().aggregate(state, List.of(usable));
            case Checked.Refused<Update> refused -> stale++;
        }
    }

    /** What the server has. */
    public ServerState state() {
        return state;
    }

    /** Updates that came too late to be used. */
    public int stale() {
        return stale;
    }

    /** How well the model does over all devices' tests. */
    public Evaluation evaluate() {
        return Evaluation.over(IntStream.range(0, devices.count())
                .mapToObj(devices::device)
                .map(device -> setup.network().evaluate(state.model(), device.test()))
                .toList());
    }
}
