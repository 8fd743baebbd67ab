// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.ServerStateCodec;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.aggregation.Anomaly;
import dev.rivulet.federation.aggregation.Controls;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.publication.ServerStates;
import dev.rivulet.federation.rounds.Combining.Combined;
import dev.rivulet.federation.rounds.Contributions.Wanted;
import dev.rivulet.federation.rounds.RoundEvent.Measured;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundInput.Made;
import dev.rivulet.federation.rounds.RoundInput.NotMade;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the next version of what a round collected and keeps it, with what the strategy remembers. Done twice it is the same version:
 * one that is kept is not made again, since noise would be drawn again.
 */
@Component
class ModelMaking implements ModelMaker {

    private static final Logger log = LoggerFactory.getLogger(ModelMaking.class);

    private final Models models;
    private final ServerStates states;
    private final Contributions contributions;
    private final ScoreStore scores;
    private final SecureSums sums;
    private final HeldOutStore heldOut;
    private final ObjectProvider<PartialSums> shards;
    private final TransactionTemplate transactions;
    private final RandomGenerator random;
    private final Executor besides = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("scores-", 0).factory());

    ModelMaking(
            Models models,
            ServerStates states,
            Contributions contributions,
            ScoreStore scores,
            SecureSums sums,
            HeldOutStore heldOut,
            ObjectProvider<PartialSums> shards,
            TransactionTemplate transactions,
            RandomGenerator random) {
        this.models = models;
        this.states = states;
        this.contributions = contributions;
        this.scores = scores;
        this.sums = sums;
        this.heldOut = heldOut;
        this.shards = shards;
        this.transactions = transactions;
        this.random = random;
    }

    @Override
    public RoundInput make(Federation federation, long round, Collecting collected) {
        long base = collected.opened().base();
        if (federation.settings().aggregation().shards() != null) {
            return makeOfShards(federation, round, collected);
        }
        return made(
                federation,
                round,
                base,
                layout -> read(federation, round, collected, layout),
                _ -> lossBefore(collected.counted()));
    }

    private RoundInput makeOfShards(Federation federation, long round, Collecting collected) {
        String name = federation.name();
        long base = collected.opened().base();
        Layout layout = models.layout(name).orElseThrow();
        Double loss = lossBefore(collected.counted());
        Optional<ModelVersion> kept = kept(name, base + 1, round);
        if (kept.isPresent()) {
            return made(kept.get(), layout, loss);
        }
        try {
            PartialSum sum = parts().of(federation, round, collected, layout);
            ServerState before = state(federation, base, states.find(name, base).orElse(null), layout);
            ServerState next = federation.settings().aggregation().nextOfSum(before, sum);
            if (!Double.isFinite(next.model().norm())) {
                log.warn("Round {} of {} would make a model that is not finite", round, name);
                return new NotMade();
            }
            return made(keep(name, round, base + 1, new Combined(next, null)), layout, loss);
        } catch (IllegalArgumentException | UnusableContributionException e) {
            log.warn("Round {} of {} can't be aggregated: {}", round, name, e.getMessage());
            return new NotMade();
        }
    }

    private PartialSums parts() {
        return Objects.requireNonNull(
                shards.getIfAvailable(),
                "A federation is summed in shards, and rivulet.federation.shards.enabled (RIVULET_FEDERATION_SHARDED) is off");
    }

    @Override
    public RoundInput makeOfSum(Federation federation, long round, Collecting collected, RoundEvent.Sum sum) {
        return made(
                federation,
                round,
                collected.opened().base(),
                layout -> List.of(sums.mean(federation, round, collected, sum, layout)),
                updates -> updates.getFirst().metrics().get(Update.LOSS_BEFORE));
    }

    /** The updates are read again even if the version is kept: the loss is of them. */
    private RoundInput made(
            Federation federation,
            long round,
            long base,
            Function<Layout, List<Update>> read,
            Function<List<Update>, @Nullable Double> loss) {
        String name = federation.name();
        Layout layout = models.layout(name).orElseThrow();
        try {
            List<Update> updates = read.apply(layout);
            Optional<ModelVersion> kept = kept(name, base + 1, round);
            if (kept.isPresent()) {
                return made(kept.get(), layout, loss.apply(updates));
            }
            Combined next = scored(name, round, updates, () -> combined(federation, base, updates, layout));
            if (!Double.isFinite(next.state().model().norm())) {
                log.warn("Round {} of {} would make a model that is not finite", round, name);
                return new NotMade();
            }
            return made(keep(name, round, base + 1, next), layout, loss.apply(updates));
        } catch (IllegalArgumentException | UnusableContributionException e) {
            log.warn("Round {} of {} can't be aggregated: {}", round, name, e.getMessage());
            return new NotMade();
        }
    }

    private Combined combined(Federation federation, long base, List<Update> updates, Layout layout) {
        ServerStates.State before = states.find(federation.name(), base).orElse(null);
        return new Combining(federation.settings(), before == null ? null : before.clip(), random)
                .of(state(federation, base, before, layout), updates);
    }

    /** Updates are scored beside some work; when it is done, whether or not it failed, their scores are kept. */
    private <T> T scored(String name, long round, List<Update> updates, Supplier<T> work) {
        CompletableFuture<Void> scored = CompletableFuture.runAsync(() -> score(name, round, updates), besides);
        try {
            return work.get();
        } finally {
            done(scored);
        }
    }

    private static void done(CompletableFuture<Void> work) {
        try {
            work.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The version that this round has kept before a crash, with its state. */
    private Optional<ModelVersion> kept(String name, long version, long round) {
        return models.find(name, version)
                .filter(found -> found.round() != null && found.round() == round)
                .filter(found -> states.find(name, version)
                        .filter(state -> state.model().equals(found.sha256()))
                        .isPresent());
    }

    private ModelVersion keep(String name, long round, long version, Combined next) {
        ModelVersion made =
                new ModelVersion(name, version, models.bytesKept(next.state().model()), round, false);
        byte[] bytes = ServerStateCodec.write(next.state());
        transactions.executeWithoutResult(_ -> {
            models.keep(made);
            states.keep(name, version, new ServerStates.State(made.sha256(), bytes, next.clip()));
        });
        return made;
    }

    private Made made(ModelVersion stored, Layout layout, @Nullable Double lossBefore) {
        return new Made(stored.version(), stored.sha256(), lossBefore, measured(stored, layout));
    }

    /** Null without a held-out set. */
    private @Nullable Measured measured(ModelVersion version, Layout layout) {
        return heldOut.find(version.federation())
                .filter(set -> set.suits(layout))
                .map(set -> set.evaluate(models.load(version, layout)))
                .map(found -> new Measured(found.count(), found.loss(), found.accuracy()))
                .orElse(null);
    }

    private ServerState state(Federation federation, long base, ServerStates.@Nullable State kept, Layout layout) {
        Checked<ServerState> read = ServerStateCodec.read(
                kept == null ? new byte[0] : kept.bytes(),
                federation.settings().aggregation().made(),
                base,
                model(federation.name(), base, layout));
        return switch (read) {
            case Checked.Accepted<ServerState>(ServerState state) -> state;
            case Checked.Refused<ServerState>(var reason, String detail) ->
                throw new IllegalStateException("the server state can't be read: " + reason + ", " + detail);
        };
    }

    private Parameters model(String name, long version, Layout layout) {
        return models.load(models.published(name, version).orElseThrow(), layout);
    }

    private List<Update> read(Federation federation, long round, Collecting collected, Layout layout) {
        Aggregation aggregation = federation.settings().aggregation();
        Layout wire = Controls.wire(aggregation, layout);
        List<Update> updates = new ArrayList<>();
        for (Map.Entry<String, Contribution> each : collected.counted().entrySet()) {
            Origin origin = collected.origin(each.getKey(), round);
            Update update = contributions.read(
                    new Wanted(federation.name(), origin.round(), each.getKey(), each.getValue(), origin.base()), wire);
            Update ofModel = Controls.read(aggregation, layout, update);
            updates.add(aggregation.mixes() ? result(federation.name(), ofModel, layout) : ofModel);
        }
        return updates;
    }

    /** The model after training, which FedAsync mixes in: its base is kept. */
    private Update result(String name, Update delta, Layout layout) {
        Parameters model = model(name, delta.baseVersion(), layout).plus(delta.values(), 1);
        return Update.result(delta.device(), model, delta.weight(), delta.baseVersion())
                .withMetrics(delta.metrics());
    }

    private void score(String name, long round, List<Update> updates) {
        List<Anomaly> found = Anomaly.of(updates);
        Map<String, Anomaly> byDevice = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            byDevice.put(updates.get(i).device(), found.get(i));
        }
        scores.keep(name, round, byDevice);
    }

    @Override
    public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
        return sums.goOn(federation, round, at);
    }

    @Override
    public OptionalInt owed(Federation federation, long round) {
        return sums.owed(federation.name(), round);
    }

    @Override
    public void paid(Federation federation, long round) {
        sums.paid(federation.name(), round);
    }

    @Override
    public int size(Federation federation) {
        return models.layout(federation.name()).orElseThrow().size();
    }

    @Override
    public void publish(Federation federation, long version) {
        models.publish(federation.name(), version);
    }

    @Override
    public void forget(Federation federation, long round) {
        contributions.forget(federation.name(), round);
        shards.ifAvailable(each -> each.forget(federation.name(), round));
        sums.forget(federation.name(), round);
    }

    /** Mean by examples over the devices that said. */
    static @Nullable Double lossBefore(Map<String, Contribution> counted) {
        double sum = 0;
        double weight = 0;
        for (Contribution contribution : counted.values()) {
            if (contribution.lossBefore().isPresent()) {
                sum += contribution.lossBefore().get() * contribution.weight();
                weight += contribution.weight();
            }
        }
        return weight > 0 ? sum / weight : null;
    }
}
