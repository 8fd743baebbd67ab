// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import dev.rivulet.federated.privacy.RdpAccountant;
import dev.rivulet.federated.privacy.Spent;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.rounds.CrashingWorld.Crash;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.PrivateRoundsTest.DiesAt;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Sum;
import dev.rivulet.federation.rounds.RoundInput.Summed;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.SecureSettings.Kind;
import dev.rivulet.federation.rounds.SecureSettings.Mode;
import dev.rivulet.federation.rounds.SecureSettings.Noise;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What devices' noise under masks costs is written down before the masks come off, wherever the process dies. */
class MaskedNoiseTest {

    private static final double EPSILON = 9;
    private static final int FEWEST = 4;
    private static final List<String> DEVICES =
            IntStream.range(0, 6).mapToObj(i -> "device-" + i).toList();

    private static Federation federation(@Nullable Double epsilon, @Nullable Double deviceEpsilon) {
        RoundPolicy policy =
                new RoundPolicy(6, FEWEST, 1, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20));
        FederationSettings plain = Samples.settings(new Stopping(1000, 0, 0, 6));
        Noise noise = new Noise(Kind.DISTRIBUTED, 1, 1.2, epsilon, null, deviceEpsilon);
        return new Federation(
                "sample",
                new FederationSettings(
                        policy,
                        Aggregation.FED_AVG,
                        plain.training(),
                        plain.limits(),
                        plain.energy(),
                        plain.stopping(),
                        new SecureSettings(Mode.MASKED, 24, null, null, null, null, null, null, noise)),
                true);
    }

    /** Devices whose vectors are summed; keys and masks die with the process, what was seen of a sum does not. */
    private static final class Masks implements ModelMaker {

        private final CrashingWorld world;
        private final Set<Long> seen;
        private final Set<String> arrived = new HashSet<>();
        private long begun;
        private long paid;

        Masks(CrashingWorld world, Set<Long> seen) {
            this.world = world;
            this.seen = seen;
        }

        void came(long round, String device) {
            if (round != begun) {
                arrived.clear();
                begun = round;
            }
            arrived.add(device);
        }

        @Override
        public OptionalInt owed(Federation federation, long round) {
            return round != begun || round == paid || arrived.size() < FEWEST
                    ? OptionalInt.empty()
                    : OptionalInt.of(arrived.size());
        }

        @Override
        public void paid(Federation federation, long round) {
            world.paid(federation, round);
            assertThat(Objects.requireNonNull(world.log().get(round)))
                    .filteredOn(Charged.class::isInstance)
                    .hasSize(1);
            seen.add(round);
            paid = round;
        }

        @Override
        public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
            return round == paid ? Optional.of(new Summed(new Sum("ff", 4, arrived.size()))) : Optional.empty();
        }

        @Override
        public int size(Federation federation) {
            return world.size(federation);
        }

        @Override
        public RoundInput make(Federation federation, long round, Collecting collected) {
            throw new IllegalStateException("nobody sees updates here");
        }

        @Override
        public RoundInput makeOfSum(Federation federation, long round, Collecting collected, Sum sum) {
            return world.make(federation, round, collected);
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

    private static FederationRun run(CrashingWorld world, Masks masks, Federation federation) {
        return new FederationRun(
                federation,
                new Surroundings(
                        world, masks, world, _ -> false, Clock.fixed(Samples.START, ZoneOffset.UTC), new Random(5), 2));
    }

    private static void rounds(CrashingWorld world, Masks masks, FederationRun run, List<String> coming) {
        for (int i = 0; i < 400 && !over(run.standing()); i++) {
            world.queue().addAll(DEVICES);
            run.step();
            for (String device : coming) {
                long round = run.round();
                if (run.offer(round, new Usable(device, Samples.CONTRIBUTION)) instanceof Decision.Follows) {
                    masks.came(round, device);
                }
            }
        }
    }

    private static boolean over(Standing standing) {
        return standing.stop().isPresent() && standing.state() instanceof RoundState.Unopened;
    }

    private static @Nullable FederationRun tried(CrashingWorld world, Set<Long> seen, Federation federation) {
        try {
            Masks masks = new Masks(world, seen);
            FederationRun run = run(world, masks, federation);
            rounds(world, masks, run, DEVICES);
            return run;
        } catch (Crash e) {
            return null;
        }
    }

    @Test
    void noMasksComeOffASumWhoseCostIsNotWrittenDownWhereverTheProcessDies() {
        int question = 0;
        CrashingWorld world;
        do {
            world = new CrashingWorld(new DiesAt(question++), 0.5);
            Set<Long> seen = new TreeSet<>();
            Federation federation = federation(EPSILON, null);
            FederationRun run = tried(world, seen, federation);
            while (run == null) {
                run = tried(world, seen, federation);
            }
            assertThat(run.standing().stop()).contains(Stopping.Stop.BUDGET_SPENT);
            List<Charged> charges = world.charges("sample");
            assertThat(charges).hasSizeGreaterThan(1).hasSizeGreaterThanOrEqualTo(seen.size());
            assertThat(world.published()).isNotEmpty().hasSizeLessThanOrEqualTo(seen.size());
            PrivacyReport report =
                    run(world, new Masks(world, seen), federation).privacy().orElseThrow();
            assertThat(report.rounds()).isEqualTo(charges.size());
            assertThat(report.epsilon())
                    .isCloseTo(charges.getLast().epsilon(), within(1e-9))
                    .isLessThanOrEqualTo(EPSILON);
            assertThat(report.devices()).hasSize(DEVICES.size());
        } while (world.crashed() > 0);
        System.out.printf("to ε %.0f, died at each of %d points%n", EPSILON, question - 1);
        assertThat(question).isGreaterThan(20);
    }

    @Test
    void aRoundCostsWhatTheNoiseOfThoseWhoCameIsWorth() {
        CrashingWorld world = new CrashingWorld(new DiesAt(-1), 0.5);
        Masks masks = new Masks(world, new TreeSet<>());
        Federation federation = federation(null, null);
        FederationRun run = run(world, masks, federation);
        world.queue().addAll(DEVICES);
        run.step();
        DEVICES.subList(0, 5).forEach(device -> {
            run.offer(1, new Usable(device, Samples.CONTRIBUTION));
            masks.came(1, device);
        });
        run.step();
        Charged charge = world.charges("sample").getFirst();
        assertThat(charge.devices()).containsExactlyInAnyOrderElementsOf(DEVICES.subList(0, 5));
        var sum = (DistributedDiscreteGaussian) charge.mechanism();
        assertThat(sum.devices()).isEqualTo(5);
        RdpAccountant accountant = new RdpAccountant();
        double most = accountant.epsilon(
                List.of(new Spent(
                        SecureTerms.mechanism(federation.settings(), 20).orElseThrow(), 1)),
                1e-5);
        assertThat(charge.epsilon())
                .isCloseTo(accountant.epsilon(List.of(new Spent(sum, 1)), 1e-5), within(1e-12))
                .isLessThan(most);
        PrivacyReport report = run.privacy().orElseThrow();
        assertThat(report.epsilonLimit()).isNull();
        assertThat(report.spent()).isFalse();
    }

    @Test
    void aRoundThatWouldOverdrawFailsAndItsMasksStayOn() {
        RoundState secure = new RoundState.Unopened()
                .after(new RoundEvent.Opened(
                        Samples.START,
                        0,
                        Set.copyOf(DEVICES),
                        federation(1.0, null).settings().policy(),
                        federation(1.0, null)
                                .settings()
                                .secure()
                                .policy(federation(1.0, null).settings().policy())));
        Decision decision = Round.decide(secure, new RoundInput.Overdrawn(), Samples.START);
        assertThat(decision).isEqualTo(new Decision.Follows(List.of(new Failed(Samples.START, Failure.BUDGET_SPENT))));
    }

    @Test
    void devicesWhoseOwnBudgetIsSpentAreAskedNoMore() {
        CrashingWorld world = new CrashingWorld(new DiesAt(-1), 0.5);
        Masks masks = new Masks(world, new TreeSet<>());
        FederationRun run = run(world, masks, federation(null, 9.0));
        rounds(world, masks, run, DEVICES);
        PrivacyReport report = run.privacy().orElseThrow();
        assertThat(report.devices()).hasSize(DEVICES.size());
        assertThat(report.devices().values()).allMatch(epsilon -> epsilon > 0 && epsilon <= 9);
        assertThat(report.rounds()).isBetween(1L, 30L);
        assertThat(world.log().values().stream()
                        .flatMap(List::stream)
                        .filter(Aggregated.class::isInstance)
                        .count())
                .isEqualTo(report.rounds());
    }

    @Test
    void aBudgetThatIsNoneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Noise(Kind.DISTRIBUTED, 1, 1, 0.0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Noise(Kind.DISTRIBUTED, 1, 1, null, 1.0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Noise(Kind.DISTRIBUTED, 1, 1, null, null, -1.0));
    }
}
