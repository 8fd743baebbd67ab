// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.aggregation.Asynchrony;
import dev.rivulet.federation.rounds.CrashingWorld.Crash;
import dev.rivulet.federation.rounds.Decision.Follows;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.RoundEvent.Counted;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Updates come at any time, some many versions after their base, and the process dies: each counts once, and none that is too old. */
class AnyTimeSimulation {

    private static final int SEEDS = 60;
    private static final int STEPS = 600;
    private static final int BUFFER = 3;
    private static final int CONCURRENT = 6;
    private static final long MOST_STALENESS = 4;
    /** Of so many starts one is held against all events, which are many. */
    private static final int COMPARED = 12;

    private static final List<String> DEVICES =
            IntStream.range(0, 10).mapToObj(i -> "device-" + i).toList();

    private static Federation federation() {
        RoundPolicy policy =
                new RoundPolicy(BUFFER, BUFFER, 2, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20));
        Asynchrony late = new Asynchrony(null, null, null, MOST_STALENESS, null);
        Aggregation buffered = new Aggregation(
                Aggregation.Kind.FED_BUFF,
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
                null,
                late,
                null);
        FederationSettings plain = Samples.settings(new Stopping(1000, 0, 0, 1000));
        FederationSettings settings = new FederationSettings(
                policy, buffered, plain.training(), plain.limits(), plain.energy(), plain.stopping());
        assertThat(settings.conflicts()).isEmpty();
        return new Federation("sample", settings, true);
    }

    private static final class One {

        private final long seed;
        private final Random random;
        private final CrashingWorld world;
        private final Map<String, Given> training = new HashMap<>();
        private final Set<String> sent = new HashSet<>();
        private int starts;
        private @Nullable FederationRun run;

        One(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.world = new CrashingWorld(new Random(seed), seed % 3 == 0 ? 0 : 0.02);
        }

        private <T> Optional<T> alive(Function<FederationRun, T> work) {
            try {
                if (run == null) {
                    Clock clock = Clock.fixed(Samples.START, ZoneOffset.UTC);
                    run = takenUp(world, clock);
                    if (starts++ % COMPARED == 0) {
                        assertThat(run.past())
                                .as("seed %d", seed)
                                .isEqualTo(
                                        takenUp(new EventsAlone(world), clock).past());
                    }
                }
                return Optional.of(work.apply(run));
            } catch (Crash e) {
                run = null;
                return Optional.empty();
            }
        }

        private FederationRun takenUp(RoundStore store, Clock clock) {
            return new FederationRun(
                    federation(),
                    new Surroundings(store, world, world, _ -> false, clock, random, 1 + (int) (seed % 5)));
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                DEVICES.stream().filter(device -> !training.containsKey(device)).forEach(world.queue()::add);
                alive(process -> {
                    process.step();
                    return true;
                });
                for (String device : DEVICES) {
                    if (!training.containsKey(device)) {
                        alive(process -> process.missing(device))
                                .flatMap(Function.identity())
                                .ifPresent(given -> training.put(device, given));
                    }
                }
                int patience = 3;
                for (String device : List.copyOf(training.keySet())) {
                    boolean slow = DEVICES.indexOf(device) < 2;
                    if (random.nextInt(slow ? 20 * patience : patience) == 0) {
                        send(device);
                    }
                }
            }
            check();
        }

        private void send(String device) {
            Given work = Objects.requireNonNull(training.get(device));
            alive(process -> process.offer(work.round(), new Usable(device, Samples.CONTRIBUTION)))
                    .ifPresent(decision -> {
                        training.remove(device);
                        if (decision instanceof Follows(List<RoundEvent> events) && !events.isEmpty()) {
                            assertThat(sent.add(device + " " + work.round()))
                                    .as("seed %d", seed)
                                    .isTrue();
                        }
                    });
        }

        private void check() {
            Set<String> counted = new HashSet<>();
            int stale = 0;
            for (Map.Entry<Long, List<RoundEvent>> round : world.log().entrySet()) {
                RoundState state = RoundState.of(round.getValue());
                Opened opened = (Opened) round.getValue().getFirst();
                int here = 0;
                for (RoundEvent event : round.getValue()) {
                    if (event instanceof Counted one) {
                        Origin origin = state.soFar().orElseThrow().origin(one.device(), round.getKey());
                        assertThat(counted.add(one.device() + " " + origin.round()))
                                .as("seed %d", seed)
                                .isTrue();
                        assertThat(opened.base() - origin.base()).isBetween(0L, MOST_STALENESS);
                        stale += opened.base() > origin.base() ? 1 : 0;
                        here++;
                    }
                }
                assertThat(state.soFar().orElseThrow().pending()).hasSizeLessThanOrEqualTo(CONCURRENT);
                if (state instanceof RoundState.Ended ended) {
                    assertThat(ended.failure()).isNull();
                    assertThat(here).as("seed %d", seed).isEqualTo(BUFFER);
                }
            }
            assertThat(counted).containsAll(sent);
            assertThat(stale).as("seed %d", seed).isPositive();
            assertThat(world.published().size()).as("seed %d", seed).isGreaterThan(50);
        }
    }

    @Test
    void eachUpdateCountsOnceAndNoneThatIsTooOldWhereverTheProcessDies() {
        int crashes = 0;
        int versions = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            One one = new One(seed);
            one.run();
            crashes += one.world.crashed();
            versions += one.world.published().size();
        }
        System.out.printf("%d seeds, %d versions, %d crashes%n", SEEDS, versions, crashes);
        assertThat(crashes).isGreaterThan(SEEDS);
    }
}
