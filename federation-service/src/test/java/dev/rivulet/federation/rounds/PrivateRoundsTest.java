// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.rounds.CrashingWorld.Crash;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a round costs is written down before it is released, wherever the process dies. */
class PrivateRoundsTest {

    private static final double EPSILON = 14;
    private static final List<String> DEVICES =
            IntStream.range(0, 6).mapToObj(i -> "device-" + i).toList();

    /** Dies at one of its questions, and at no other. */
    static final class DiesAt implements RandomGenerator {

        private int left;

        DiesAt(int question) {
            this.left = question;
        }

        @Override
        public double nextDouble() {
            return left-- == 0 ? 0 : 1;
        }

        @Override
        public long nextLong() {
            return 0;
        }
    }

    private static Federation federation(@Nullable Double deviceEpsilon) {
        RoundPolicy policy = new RoundPolicy(6, 2, 1, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20));
        FederationSettings plain = Samples.settings(new Stopping(1000, 0, 0, 1000));
        PrivacySettings privacy = new PrivacySettings(1, 1.2, EPSILON, 1e-5, deviceEpsilon, null, null);
        return new Federation(
                "sample",
                new FederationSettings(
                        policy,
                        Aggregation.FED_AVG,
                        plain.training(),
                        plain.limits(),
                        plain.energy(),
                        plain.stopping(),
                        SecureSettings.NONE,
                        privacy,
                        null,
                        null),
                true);
    }

    /** Checks that the charge is in the log before a model is made. */
    private record Watching(CrashingWorld world) implements ModelMaker {

        @Override
        public RoundInput make(Federation federation, long round, Collecting collected) {
            assertThat(Objects.requireNonNull(world.log().get(round)))
                    .filteredOn(Charged.class::isInstance)
                    .containsExactly(collected.charged());
            return world.make(federation, round, collected);
        }

        @Override
        public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
            return Optional.empty();
        }

        @Override
        public RoundInput makeOfSum(Federation federation, long round, Collecting collected, RoundEvent.Sum sum) {
            return make(federation, round, collected);
        }

        @Override
        public OptionalInt owed(Federation federation, long round) {
            return OptionalInt.empty();
        }

        @Override
        public void paid(Federation federation, long round) {}

        @Override
        public int size(Federation federation) {
            return world.size(federation);
        }

        @Override
        public void publish(Federation federation, long version) {
            world.publish(federation, version);
        }

        @Override
        public void forget(Federation federation, long round) {
            world.forget(federation, round);
        }
    }

    private static FederationRun process(CrashingWorld world, Federation federation) {
        return process(world, world, federation);
    }

    private static FederationRun process(RoundStore store, CrashingWorld world, Federation federation) {
        return new FederationRun(
                federation,
                new Surroundings(
                        store,
                        new Watching(world),
                        world,
                        _ -> false,
                        Clock.fixed(Samples.START, ZoneOffset.UTC),
                        new Random(5),
                        3));
    }

    private static @Nullable FederationRun tried(CrashingWorld world, Federation federation) {
        try {
            FederationRun run = process(world, federation);
            for (int i = 0; i < 400 && !over(run.standing()); i++) {
                world.queue().addAll(DEVICES);
                run.step();
                DEVICES.forEach(device -> run.offer(run.round(), new Usable(device, Samples.CONTRIBUTION)));
            }
            return run;
        } catch (Crash e) {
            return null;
        }
    }

    private static boolean over(Standing standing) {
        return standing.stop().isPresent() && standing.state() instanceof RoundState.Unopened;
    }

    @Test
    void noVersionIsReleasedWhoseCostIsNotWrittenDownWhereverTheProcessDies() {
        int question = 0;
        int rounds = 0;
        CrashingWorld world;
        do {
            world = new CrashingWorld(new DiesAt(question++), 0.5);
            FederationRun run = tried(world, federation(null));
            while (run == null) {
                run = tried(world, federation(null));
            }
            assertThat(run.standing().stop()).contains(Stopping.Stop.BUDGET_SPENT);
            long charged = count(world, Charged.class);
            long made = count(world, Aggregated.class);
            assertThat(made).isPositive().isEqualTo(charged);
            assertThat(world.published()).hasSize((int) made);
            PrivacyReport report = process(world, federation(null)).privacy().orElseThrow();
            assertThat(report.rounds()).isEqualTo(charged);
            assertThat(world.past("sample")).isPresent();
            assertThat(process(new EventsAlone(world), world, federation(null)).privacy())
                    .contains(report);
            assertThat(report.epsilon()).isPositive().isLessThanOrEqualTo(EPSILON);
            assertThat(report.spent()).isTrue();
            assertThat(rounds).isIn(0, (int) made);
            rounds = (int) made;
        } while (world.crashed() > 0);
        System.out.printf("%d rounds to ε %.0f, died at each of %d points%n", rounds, EPSILON, question - 1);
        assertThat(question).isGreaterThan(20);
    }

    private static long count(CrashingWorld world, Class<? extends RoundEvent> type) {
        return world.log().values().stream()
                .flatMap(List::stream)
                .filter(type::isInstance)
                .count();
    }

    @Test
    void aDeviceWhoseOwnBudgetIsSpentIsAskedNoMore() {
        CrashingWorld world = new CrashingWorld(new DiesAt(-1), 0.5);
        FederationRun run = process(world, federation(6.0));
        for (int i = 0; i < 100; i++) {
            world.queue().addAll(DEVICES);
            run.step();
            DEVICES.forEach(device -> run.offer(run.round(), new Usable(device, Samples.CONTRIBUTION)));
        }
        PrivacyReport report = run.privacy().orElseThrow();
        assertThat(report.devices()).hasSize(DEVICES.size());
        assertThat(report.devices().values()).allMatch(epsilon -> epsilon > 0 && epsilon <= 6);
        assertThat(report.rounds()).isLessThan(30);
        assertThat(run.standing().state()).isInstanceOf(RoundState.Unopened.class);
    }
}
