// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import dev.rivulet.federated.aggregation.Bulyan;
import dev.rivulet.federated.aggregation.Combination;
import dev.rivulet.federated.aggregation.Combination.Arrival;
import dev.rivulet.federated.aggregation.Combination.Weights;
import dev.rivulet.federated.aggregation.CoordinateMedian;
import dev.rivulet.federated.aggregation.FedAdagrad;
import dev.rivulet.federated.aggregation.FedAdam;
import dev.rivulet.federated.aggregation.FedAsync;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.FedAvgM;
import dev.rivulet.federated.aggregation.FedBuff;
import dev.rivulet.federated.aggregation.FedProx;
import dev.rivulet.federated.aggregation.FedYogi;
import dev.rivulet.federated.aggregation.Krum;
import dev.rivulet.federated.aggregation.MultiKrum;
import dev.rivulet.federated.aggregation.NormBounding;
import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.QFedAvg;
import dev.rivulet.federated.aggregation.Scaffold;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.aggregation.Summing;
import dev.rivulet.federated.aggregation.TrimmedMean;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a federation makes one model of its devices' updates. From one server state, the same updates give the same bits in whatever
 * order they came, so that a round that is aggregated again after a crash has the model it would have had. What is null has the
 * strategy's usual value; what a strategy does not take is not looked at.
 *
 * @param strategy which
 * @param serverRate η, above 0 and at most 10: 1, of FedAdam and FedAdagrad 0.1, of FedYogi 0.01
 * @param trim share that the trimmed mean leaves out at each end, above 0 and below 0.5: 0.1
 * @param weights by what devices count where the strategy leaves a choice: their examples
 * @param arrival when updates come: FedBuff and FedAsync at any time, all others in rounds
 * @param momentum β of FedAvgM: 0.9
 * @param beta1 decay of the first moment: 0.9, of FedAdagrad 0
 * @param beta2 decay of the second moment: 0.99
 * @param tau how adaptive FedAdam, FedYogi and FedAdagrad are: 0.001
 * @param population N of SCAFFOLD: all devices of the federation; must be given
 * @param q of q-FedAvg: 1
 * @param lipschitz L of q-FedAvg, one over the rate of devices; must be given
 * @param dishonest f of Krum, Multi-Krum and Bulyan: 1
 * @param chosen updates that Multi-Krum averages: all but f
 * @param bound length of norm bounding; must be given
 * @param asynchrony of FedBuff and FedAsync
 * @param shards in which instances sum a round's updates over Kafka, 1 to 64; null for a sum in the leader's memory
 */
public record Aggregation(
        Kind strategy,
        @Nullable Double serverRate,
        @Nullable Double trim,
        @Nullable Weights weights,
        @Nullable Arrival arrival,
        @Nullable Double momentum,
        @Nullable Double beta1,
        @Nullable Double beta2,
        @Nullable Double tau,
        @Nullable Integer population,
        @Nullable Double q,
        @Nullable Double lipschitz,
        @Nullable Integer dishonest,
        @Nullable Integer chosen,
        @Nullable Double bound,
        @Nullable Asynchrony asynchrony,
        @Nullable Integer shards) {

    /** Strategies of the federated algorithms. */
    public enum Kind {
        /** Mean, times the server's rate. */
        FED_AVG,
        /** Mean with momentum on the server. */
        FED_AVG_M,
        /** Mean of models that devices pulled to the base: {@code mu} of the training. */
        FED_PROX,
        /** Adam on the server. */
        FED_ADAM,
        /** Yogi on the server. */
        FED_YOGI,
        /** Adagrad on the server. */
        FED_ADAGRAD,
        /** Control variates on devices and server. */
        SCAFFOLD,
        /** A buffer of updates that come at any time. */
        FED_BUFF,
        /** Each update is mixed in as it comes. */
        FED_ASYNC,
        /** Devices with a high loss count more. */
        Q_FED_AVG,
        /** Median of each coordinate. */
        MEDIAN,
        /** Mean of each coordinate without its extremes. */
        TRIMMED_MEAN,
        /** The update that lies closest to its neighbours. */
        KRUM,
        /** Mean of those that lie close to theirs. */
        MULTI_KRUM,
        /** Krum, then a mean around the median of each coordinate. */
        BULYAN,
        /** Mean of updates that are shortened to a length. */
        NORM_BOUNDING
    }

    /** The plain mean. */
    public static final Aggregation FED_AVG = of(Kind.FED_AVG);

    /** Shards that the updates of a round may fall into. */
    public static final int MOST_SHARDS = 64;

    private static final double ADAPTIVE_RATE = 0.1;
    private static final double YOGI_RATE = 0.01;

    public Aggregation {
        Objects.requireNonNull(strategy, "strategy is one of " + List.of(Kind.values()));
        if (serverRate != null && !(serverRate > 0 && serverRate <= 10)) {
            throw new IllegalArgumentException("server_rate is above 0 and at most 10");
        }
        if (shards != null && (shards < 1 || shards > MOST_SHARDS)) {
            throw new IllegalArgumentException("shards are 1 to " + MOST_SHARDS);
        }
        if (trim != null && !(trim > 0 && trim < 0.5)) {
            throw new IllegalArgumentException("trim is above 0 and below 0.5");
        }
        switch (strategy) {
            case SCAFFOLD -> require(population, "SCAFFOLD needs population: all devices of the federation");
            case Q_FED_AVG -> require(lipschitz, "Q_FED_AVG needs lipschitz: one over the rate of devices");
            case NORM_BOUNDING -> require(bound, "NORM_BOUNDING needs bound: the length that updates may have");
            default -> {}
        }
    }

    /** With everything else as usual. */
    public Aggregation(Kind strategy, double serverRate, double trim) {
        this(
                strategy,
                serverRate,
                trim,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** With everything as usual, for strategies of which nothing must be given. */
    public static Aggregation of(Kind strategy) {
        return new Aggregation(
                strategy, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null);
    }

    private static void require(@Nullable Object value, String message) {
        if (value == null) {
            throw new IllegalArgumentException(message);
        }
    }

    private static double or(@Nullable Double value, double usual) {
        return value == null ? usual : value;
    }

    private static int or(@Nullable Integer value, int usual) {
        return value == null ? usual : value;
    }

    /** The strategy itself, for as few updates as it can work with. */
    public Strategy made() {
        return made(1);
    }

    /**
     * The strategy itself.
     *
     * @param updates that it is to combine
     */
    public Strategy made(int updates) {
        double first = or(beta1, 0.9);
        double second = or(beta2, 0.99);
        double adaptivity = or(tau, 1e-3);
        int f = or(dishonest, 1);
        return switch (strategy) {
            case FED_AVG -> new FedAvg(or(serverRate, 1));
            case FED_AVG_M -> new FedAvgM(or(serverRate, 1), or(momentum, 0.9));
            case FED_PROX -> new FedProx(0);
            case FED_ADAM -> new FedAdam(or(serverRate, ADAPTIVE_RATE), first, second, adaptivity);
            case FED_YOGI -> new FedYogi(or(serverRate, YOGI_RATE), first, second, adaptivity);
            case FED_ADAGRAD -> new FedAdagrad(or(serverRate, ADAPTIVE_RATE), or(beta1, 0), adaptivity);
            case SCAFFOLD -> new Scaffold(or(serverRate, 1), or(population, 1));
            case FED_BUFF -> new FedBuff(updates, or(serverRate, 1), late().staleness(), late().most());
            case FED_ASYNC -> new FedAsync(late().mixing(), late().staleness(), late().most());
            case Q_FED_AVG -> new QFedAvg(or(q, 1), or(lipschitz, 1));
            case MEDIAN -> new CoordinateMedian();
            case TRIMMED_MEAN -> new TrimmedMean(or(trim, 0.1));
            case KRUM -> new Krum(f);
            case MULTI_KRUM -> new MultiKrum(f, or(chosen, Math.max(f + 3, updates - f)));
            case BULYAN -> new Bulyan(f);
            case NORM_BOUNDING -> new NormBounding(or(bound, 1));
        };
    }

    private Asynchrony late() {
        return asynchrony == null ? Asynchrony.USUAL : asynchrony;
    }

    /** The strategy with the choices that go with it; what excludes each other is said by {@link Combination#conflicts()}. */
    public Combination combination() {
        Combination usual = Combination.of(made());
        return usual.arriving(arrival == null ? usual.arrival() : arrival)
                .weighted(weights == null ? usual.weights() : weights);
    }

    /** Whether updates come at any time and not in rounds. */
    public boolean asynchronous() {
        return combination().arrival() == Arrival.ANY_TIME;
    }

    /** Versions that may have come since the base of an update; 0 in rounds. */
    public long mostStaleness() {
        return asynchronous() ? late().most() : 0;
    }

    /** Whether devices correct their steps by control variates, which travel beside model and updates. */
    public boolean controlled() {
        return strategy == Kind.SCAFFOLD;
    }

    /** Whether the strategy mixes models after training and not differences. */
    public boolean mixes() {
        return strategy == Kind.FED_ASYNC;
    }

    /** Whether devices count as one example each, whatever they have. */
    public boolean alike() {
        return combination().weights() == Weights.EQUAL;
    }

    /** The update as it counts: with equal weights, as one example. */
    public Update weighed(Update update) {
        return alike() && update.weight() != 1
                ? new Update(
                        update.device(),
                        update.kind(),
                        update.values(),
                        update.control(),
                        1,
                        update.baseVersion(),
                        update.metrics())
                : update;
    }

    /**
     * The state after a round.
     *
     * @param before the state of the base
     * @param updates one for each device; not empty
     * @throws IllegalArgumentException if the strategy can't use them
     */
    public ServerState next(ServerState before, List<Update> updates) {
        List<Update> ordered = updates.stream()
                .sorted(Comparator.comparing(Update::device))
                .map(this::weighed)
                .toList();
        return made(updates.size()).aggregate(before, ordered);
    }

    /** Whether the strategy makes a model of the mean by examples and of nothing else, so that the sum may be made in shards. */
    public boolean ofMeanAlone() {
        return switch (strategy) {
            case FED_AVG, FED_AVG_M, FED_PROX, FED_ADAM, FED_YOGI, FED_ADAGRAD -> true;
            case SCAFFOLD,
                    FED_BUFF,
                    FED_ASYNC,
                    Q_FED_AVG,
                    MEDIAN,
                    TRIMMED_MEAN,
                    KRUM,
                    MULTI_KRUM,
                    BULYAN,
                    NORM_BOUNDING -> false;
        };
    }

    /**
     * The state after a round of which the sum is known, made in parts.
     *
     * @param sum of the updates as they are {@link #weighed}
     * @throws IllegalStateException unless the strategy is {@link #ofMeanAlone}
     */
    public ServerState nextOfSum(ServerState before, PartialSum sum) {
        if (!ofMeanAlone() || !(made(1) instanceof Summing summing)) {
            throw new IllegalStateException(strategy + " makes no model of a sum");
        }
        return summing.apply(before, sum);
    }

    /**
     * The state after a round of which only a mean is known: it counts as one update, trained from the newest version.
     *
     * @param mean difference to the model, which is not shortened any more
     */
    public ServerState nextOfMean(ServerState before, Parameters mean) {
        Strategy strategyOfMean = strategy == Kind.NORM_BOUNDING ? FedAvg.PLAIN : made(1);
        return strategyOfMean.aggregate(before, List.of(Update.delta("mean", mean, 1, before.version())));
    }

    /**
     * How much less an update counts that is late.
     *
     * @param versions that came since its base
     */
    public double factor(long versions) {
        return strategy == Kind.FED_BUFF ? late().staleness().factor(versions) : 1;
    }

    /** The length that updates are shortened to by the strategy or else. */
    public double longest(double clip) {
        return strategy == Kind.NORM_BOUNDING ? Math.min(clip, or(bound, clip)) : clip;
    }

    /**
     * The model after a round of a strategy that keeps nothing but the model.
     *
     * @param version of the base
     */
    public Parameters next(long version, Parameters base, List<Update> updates) {
        return next(made(updates.size()).begin(base).at(version), updates).model();
    }
}
