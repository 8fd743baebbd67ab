// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.CrashingWorld.Crash;
import dev.rivulet.federation.rounds.Decision.Follows;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.RoundEvent.Counted;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.RoundState.Ended;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Devices that answer, answer twice, late, with garbage or never, and a process that dies at every point of a round. */
class RoundSimulation {

    private static final int SEEDS = 300;
    private static final int STEPS = 400;
    private static final int ROUNDS = 6;

    @Test
    void eachRoundEndsOnceAndNoUpdateCountsTwiceWhereverTheProcessDies() {
        int crashes = 0;
        int rounds = 0;
        int fromSnapshots = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            One one = new One(seed);
            one.run();
            crashes += one.world.crashed();
            rounds += one.world.log().size();
            fromSnapshots += one.fromSnapshots;
        }
        System.out.printf(
                "%d seeds, %d rounds, %d crashes, %d of them taken up from snapshots%n",
                SEEDS, rounds, crashes, fromSnapshots);
        assertThat(crashes).isGreaterThan(SEEDS);
        assertThat(rounds).isGreaterThan(3 * SEEDS);
        assertThat(fromSnapshots).isGreaterThan(SEEDS);
    }

    private static final class One {

        private final long seed;
        private final RandomGenerator random;
        private final CrashingWorld world;
        private final List<String> devices =
                IntStream.range(0, 9).mapToObj(i -> "device-" + i).toList();
        private final Set<String> dead = new HashSet<>();
        private final Set<String> accepted = new HashSet<>();
        private Instant now = Samples.START;
        private int fromSnapshots;
        private @Nullable FederationRun run;

        One(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.world = new CrashingWorld(random, seed % 3 == 0 ? 0 : 0.05);
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            dead.clear();
            for (int i = 0; i < STEPS; i++) {
                now = now.plus(Duration.ofSeconds(1));
                world.queue().addAll(devices);
                alive(FederationRun::step);
                devices.forEach(device -> alive(process -> update(process, device)));
            }
            check();
        }

        /** A process; a new one if the last died. */
        private void alive(Consumer<FederationRun> work) {
            try {
                if (run == null) {
                    Clock clock = new Clock() {
                        @Override
                        public Instant instant() {
                            return now;
                        }

                        @Override
                        public ZoneOffset getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }
                    };
                    run = takenUp(world, clock);
                    sameAs(takenUp(new EventsAlone(world), clock), run);
                }
                work.accept(run);
            } catch (Crash e) {
                run = null;
            }
        }

        private FederationRun takenUp(RoundStore store, Clock clock) {
            return new FederationRun(
                    Samples.federation(ROUNDS),
                    new Surroundings(store, world, world, dead::contains, clock, random, (int) (1 + seed % 3)));
        }

        /** A run that was taken up from a snapshot is the one that all events make. */
        private void sameAs(FederationRun ofAllEvents, FederationRun taken) {
            fromSnapshots += world.past("sample").isPresent() ? 1 : 0;
            assertThat(taken.past()).as("seed %d", seed).isEqualTo(ofAllEvents.past());
            assertThat(taken.standing()).as("seed %d", seed).isEqualTo(ofAllEvents.standing());
        }

        private void step() {
            String device = devices.get(random.nextInt(devices.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> world.queue().add(device);
                case 3, 4, 5, 6 -> alive(process -> update(process, device));
                case 7 -> alive(process -> process.offer(process.round(), new NoUpdate(device, "not-finite")));
                case 8 -> now = now.plus(Duration.ofMillis(random.nextInt(4000)));
                case 9 -> {
                    if (!dead.remove(device) && random.nextInt(3) == 0) {
                        dead.add(device);
                    }
                }
                default -> alive(FederationRun::step);
            }
        }

        /** Of this round, of the one before, or of one that will be. */
        private void update(FederationRun process, String device) {
            long round = process.round() + (random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0);
            Decision decision = process.offer(round, new Usable(device, Samples.CONTRIBUTION));
            if (decision instanceof Follows(List<RoundEvent> events) && !events.isEmpty()) {
                assertThat(accepted.add(round + " " + device))
                        .as("seed %d", seed)
                        .isTrue();
            } else if (decision instanceof Refused refused) {
                assertThat(refused.code())
                        .isIn(
                                RefusalCode.LATE,
                                RefusalCode.DUPLICATE,
                                RefusalCode.NOT_SELECTED,
                                RefusalCode.UNKNOWN_ROUND);
            }
        }

        private void check() {
            List<Long> published = new ArrayList<>();
            Set<String> counted = new HashSet<>();
            long version = 0;
            long expected = 1;
            for (Map.Entry<Long, List<RoundEvent>> round : world.log().entrySet()) {
                assertThat(round.getKey()).as("seed %d", seed).isEqualTo(expected++);
                RoundState state = RoundState.of(round.getValue());
                assertThat(state).as("seed %d round %d", seed, round.getKey()).isInstanceOf(Ended.class);
                assertThat(((Opened) round.getValue().getFirst()).base()).isEqualTo(version);
                Set<String> here = new HashSet<>();
                for (RoundEvent event : round.getValue()) {
                    if (event instanceof Counted one) {
                        assertThat(here.add(one.device())).as("seed %d", seed).isTrue();
                        counted.add(round.getKey() + " " + one.device());
                    }
                }
                if (round.getValue().getLast() instanceof Published) {
                    published.add(++version);
                    assertThat(world.contributors(version)).as("seed %d", seed).isEqualTo(here);
                }
            }
            assertThat(world.published())
                    .as("seed %d", seed)
                    .isEqualTo(published)
                    .hasSize(ROUNDS);
            assertThat(counted).as("seed %d", seed).containsAll(accepted);
        }
    }
}
