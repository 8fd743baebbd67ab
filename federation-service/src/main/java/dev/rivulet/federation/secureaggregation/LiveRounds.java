// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Sum;
import dev.rivulet.federation.rounds.RoundInput;
import dev.rivulet.federation.rounds.RoundInput.Summed;
import dev.rivulet.federation.rounds.RoundInput.Unsummed;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.SecureSums;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.SecureTerms.Form;
import dev.rivulet.federation.rounds.UnusableContributionException;
import dev.rivulet.federation.secureaggregation.SecureSteps.Ended;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** The secure rounds under way, one for each federation at most, and what came of them. Safe for threads. */
@Component
class LiveRounds implements SecureSums {

    private static final String STEP = "rivulet.federation.secure.step";
    private static final String ENDED = "rivulet.federation.secure.rounds";

    private final Map<String, LiveRound> rounds = new ConcurrentHashMap<>();
    private final SumFiles files;
    private final Clock clock;
    private final RandomGenerator random;
    private final MeterRegistry meters;

    LiveRounds(SumFiles files, Clock clock, RandomGenerator random, MeterRegistry meters) {
        this.files = files;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /** A round that goes on. */
    Optional<LiveRound> find(String federation, long round) {
        return Optional.ofNullable(rounds.get(federation)).filter(live -> live.round() == round);
    }

    /** A round that goes on, or begins with this. */
    LiveRound begun(Federation federation, long round, Collecting at, int dimensions) {
        return rounds.compute(federation.name(), (_, live) -> {
            if (live != null && live.round() >= round) {
                return live;
            }
            SecureTerms terms =
                    SecureTerms.of(federation, round, at.opened(), dimensions).orElseThrow();
            return new LiveRound(round, terms, at.opened().at(), random);
        });
    }

    @Override
    public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
        return find(federation.name(), round)
                .flatMap(live -> live.goOn(clock.instant(), at.dropped().keySet())
                        .map(ended -> ofEnded(federation.name(), live, ended)));
    }

    private RoundInput ofEnded(String federation, LiveRound live, Ended ended) {
        return switch (ended) {
            case Ended.Done(int[] values, int devices) ->
                new Summed(files.keep(federation, live.round(), values, devices));
            case Ended.Failed(String reason) -> new Unsummed(Failure.NOT_SUMMED, reason);
        };
    }

    @Override
    public OptionalInt owed(String federation, long round) {
        return find(federation, round).map(LiveRound::owed).orElseGet(OptionalInt::empty);
    }

    @Override
    public void paid(String federation, long round) {
        find(federation, round).ifPresent(live -> live.paid(clock.instant()));
    }

    @Override
    public Update mean(Federation federation, long round, Collecting at, Sum sum, Layout layout) {
        int[] values = files.read(federation.name(), round, sum);
        SecureTerms terms =
                SecureTerms.of(federation, round, at.opened(), layout.size()).orElseThrow();
        long base = at.opened().base();
        return switch (terms.form()) {
            case Form.Weighted weighted -> ofWeighted(weighted.mean(), values, sum.devices(), layout, base);
            case Form.Noised(NoisePlan plan, long seed) -> {
                float[] mean = new DiscreteNoise(plan, seed).decode(values);
                for (int i = 0; i < mean.length; i++) {
                    mean[i] /= sum.devices();
                }
                yield Update.delta("sum", new Parameters(layout, mean), sum.devices(), base);
            }
        };
    }

    private static Update ofWeighted(MaskedMean form, int[] values, int devices, Layout layout, long base) {
        return switch (form.decode(values, devices)) {
            case MaskedMean.Read.NoSum(String reason) -> throw new UnusableContributionException(reason);
            case MaskedMean.Read.Mean(float[] mean, double weight, var loss) -> {
                Update update = Update.delta("sum", new Parameters(layout, mean), weight, base);
                yield loss.isPresent() ? update.withMetrics(Map.of(Update.LOSS_BEFORE, loss.getAsDouble())) : update;
            }
        };
    }

    @Override
    public void forget(String federation, long round) {
        find(federation, round).ifPresent(live -> {
            rounds.remove(federation, live);
            live.took()
                    .forEach((step, took) ->
                            meters.timer(STEP, "step", step.wire()).record(took));
            meters.counter(ENDED, "sum", Boolean.toString(live.summed())).increment();
            live.forget();
        });
        files.forget(federation, round);
    }
}
