// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two relays over one outbox and a broker that refuses, or takes the fact and loses the acknowledgement, or kills the relay
 * before it can mark the row; and a clock that is set forward and back. Whatever the seed: nothing is lost, the order of an aggregate holds, a double has the same id.
 */
class OutboxSimulation {

    private static final OutboxSettings SETTINGS = new OutboxSettings(
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            1000);
    private static final int FACTS = 300;
    private static final int MOST_ROUNDS = 1_500;

    /** Ends a relay where it stands: nothing after it runs, as with a killed process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    static LongStream hundredsOfSeeds() {
        return LongStream.rangeClosed(11, 500);
    }

    @Tag("long")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("hundredsOfSeeds")
    void nothingIsLostInHundredsOfRuns(long seed) {
        nothingIsLostAndTheOrderHolds(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingIsLostAndTheOrderHolds(long seed) {
        run(seed, 0);
    }

    /** Bounded in rounds: a fact that waited for an hour that never comes would not arrive in time. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingIsLostOrHeldUpWhenTheClockJumpsByAnHourForwardAndBack(long seed) {
        run(seed, 0.05);
    }

    private static void run(long seed, double jumps) {
        Random random = new Random(seed);
        FakeOutboxStore store = new FakeOutboxStore();
        List<Fact> log = new ArrayList<>();
        EventSender broker = fact -> {
            double fate = random.nextDouble();
            if (fate < 0.2) {
                throw new IllegalStateException("refused");
            }
            log.add(fact);
            if (fate < 0.3) {
                throw new IllegalStateException("acknowledgement lost");
            }
            if (fate < 0.4) {
                throw new Killed();
            }
        };
        Map<String, List<UUID>> written = new HashMap<>();
        OutboxRelay[] relays = {relay(store, broker, random), relay(store, broker, random)};

        int left = FACTS;
        for (int round = 0;
                round < MOST_ROUNDS && (left > 0 || !store.oldestUnsentAge().isZero());
                round++) {
            for (int burst = random.nextInt(4); burst > 0 && left > 0; burst--, left--) {
                write(store, written, "model-" + random.nextInt(5));
            }
            int index = random.nextInt(2);
            try {
                relays[index].drain();
            } catch (Killed e) {
                relays[index] = relay(store, broker, random);
            }
            if (random.nextDouble() < jumps) {
                store.jump(random.nextBoolean() ? Duration.ofHours(1) : Duration.ofHours(-1));
            }
            store.advance(Duration.ofMillis(1 + random.nextInt(4000)));
        }

        assertThat(store.oldestUnsentAge()).isZero();
        assertThat(firstArrivals(log)).isEqualTo(written);
        assertThat(log.size()).as("doubles happen").isGreaterThan(FACTS);
    }

    private static OutboxRelay relay(OutboxStore store, EventSender broker, Random random) {
        return new OutboxRelay(store, broker, SETTINGS, random, new SimpleMeterRegistry());
    }

    private static void write(OutboxStore store, Map<String, List<UUID>> written, String model) {
        Fact fact = new Fact(UUID.randomUUID(), "model.version.changed", model, Map.of(), new byte[0]);
        store.append(fact);
        written.computeIfAbsent(model, _ -> new ArrayList<>()).add(fact.id());
    }

    private static Map<String, List<UUID>> firstArrivals(List<Fact> log) {
        Map<UUID, Fact> inbox = new LinkedHashMap<>();
        log.forEach(fact -> inbox.putIfAbsent(fact.id(), fact));
        Map<String, List<UUID>> arrived = new HashMap<>();
        inbox.values()
                .forEach(fact -> arrived.computeIfAbsent(fact.aggregate(), _ -> new ArrayList<>())
                        .add(fact.id()));
        return arrived;
    }
}
