// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.admission.Lane.Decision;
import dev.rivulet.gateway.identity.Caller.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One model's lane in virtual time: a replica with a fixed number of slots and a queue of its own, keys that send at set
 * rates, cancels and failures by chance. Seeded; a failure names its seed.
 */
class AdmissionSimulation {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int SLOTS = 8;
    private static final double SERVICE_MILLIS = 100;
    private static final double CAPACITY = SLOTS * 1_000 / SERVICE_MILLIS;

    private record Happening(long at, long order, Runnable what) {}

    /** One request and how it ended; each must end exactly once. */
    private static final class Request {
        private final Entrant entrant;
        private final long born;
        private @Nullable Waiter<Request> waiter;
        private @Nullable String end;
        private long startedAt = -1;
        private long servedAt = -1;
        private boolean headroom;

        Request(Entrant entrant, long born) {
            this.entrant = entrant;
            this.born = born;
        }

        void end(String how) {
            assertThat(end).as("a second end: " + how).isNull();
            end = how;
        }
    }

    private final PriorityQueue<Happening> agenda = new PriorityQueue<>(
            java.util.Comparator.comparingLong(Happening::at).thenComparingLong(Happening::order));
    private final List<Request> requests = new ArrayList<>();
    private final List<Request> atReplica = new ArrayList<>();
    private long now;
    private long order;
    private long until;
    private Random random = new Random();
    private AdmissionSettings settings = Admissions.adaptive(256, 4);
    private Lane<Request> lane = new Lane<>(settings, 0);
    private int busy;
    private int mostRunning;
    private double cancels;
    private double failures;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyRequestEndsOnceBoundsHoldAndPlacesComeBackUnderCancelsAndFailures(long seed) {
        begin(
                seed,
                new AdmissionSettings(
                        16,
                        true,
                        16,
                        2,
                        12,
                        Duration.ofMillis(50),
                        40,
                        30,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(500)));
        cancels = 0.2;
        failures = 0.1;
        source("greedy", Priority.NORMAL, 2.0 * CAPACITY, null);
        source("hasty", Priority.HIGH, 0.5 * CAPACITY, Duration.ofMillis(300));
        source("slow", Priority.LOW, 0.5 * CAPACITY, null);
        run(30);

        assertThat(requests)
                .as("seed " + seed)
                .allSatisfy(request -> assertThat(request.end).isNotNull());
        assertThat(lane.running()).as("seed " + seed).isZero();
        assertThat(lane.waiting()).as("seed " + seed).isZero();
        assertThat(mostRunning).as("seed " + seed).isLessThanOrEqualTo(16 + 1);
        assertThat(served("slow")).as("nobody starves, seed " + seed).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void aPoliteKeyWaitsHardlyLongerBesideTwoGreedyOnesAtThreeTimesTheCapacity(long seed) {
        begin(seed, Admissions.adaptive(256, 4));
        source("polite", Priority.NORMAL, 0.1 * CAPACITY, null);
        run(60);
        long calm = p99("polite");

        begin(seed, Admissions.adaptive(256, 4));
        source("greedy-1", Priority.NORMAL, 1.5 * CAPACITY, null);
        source("greedy-2", Priority.NORMAL, 1.5 * CAPACITY, null);
        source("polite", Priority.NORMAL, 0.1 * CAPACITY, null);
        run(120);
        long loaded = p99("polite");
        double goodput = served("greedy-1") + served("greedy-2") + served("polite");

        System.out.printf(
                "seed %d: polite p99 calm %d ms, loaded %d ms; limit %d; goodput %.0f %% of capacity%n",
                seed, calm / MILLI, loaded / MILLI, lane.limit(settings), 100 * goodput / (CAPACITY * 120));
        assertThat(loaded).as("seed " + seed).isLessThan(calm + 250 * MILLI);
        assertThat(goodput / (CAPACITY * 120)).as("seed " + seed).isGreaterThan(0.9);
        assertThat(counts("polite").keySet()).as("seed " + seed).containsOnly("served");
        assertThat(Math.abs(served("greedy-1") - served("greedy-2")) / goodput)
                .as("the greedy ones share evenly, seed " + seed)
                .isLessThan(0.05);
    }

    /** Nearly every request of the hundred finds none of its key there: all of them want to come in beyond the limit. */
    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53})
    void whoHasAHundredKeysGetsNoMoreThanTheHeadroomOutOfTurn(long seed) {
        begin(
                seed,
                new AdmissionSettings(
                        16,
                        false,
                        16,
                        16,
                        12,
                        Duration.ofMillis(50),
                        100,
                        100,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2)));
        source("greedy", Priority.NORMAL, 2 * CAPACITY, null);
        for (int key = 0; key < 100; key++) {
            source("one-of-many-" + key, Priority.NORMAL, 0.003 * CAPACITY, null);
        }
        run(60);
        long outOfTurn = requests.stream().filter(request -> request.headroom).count();
        long all = requests.stream().filter(request -> request.servedAt >= 0).count();
        System.out.printf("seed %d: %d of %d out of turn, greedy served %d%n", seed, outOfTurn, all, served("greedy"));
        assertThat(mostRunning).as("seed " + seed).isEqualTo(16 + 1);
        assertThat(served("greedy") / (CAPACITY * 60))
                .as("who waits keeps his turns, seed " + seed)
                .isGreaterThan(0.6);
        assertThat((double) outOfTurn / all).as("seed " + seed).isBetween(0.01, 2.0 / 17);
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void aMinuteOfTenTimesTheCapacityCostsNoGoodputHasBoundedWaitsAndIsOverWithinTenSeconds(long seed) {
        begin(seed, Admissions.adaptive(256, 4));
        long from = 20 * SECOND;
        long to = 80 * SECOND;
        source("steady", Priority.NORMAL, 0.3 * CAPACITY, null);
        at(from, () -> source("storm", Priority.NORMAL, 10 * CAPACITY, null, to));
        run(120);

        double goodput = served(from, to) / (CAPACITY * (to - from) / SECOND);
        long calm = longest(5 * SECOND, from);
        long during = longest(from, to);
        long after = longest(to + 10 * SECOND, until);
        System.out.printf(
                "seed %d: goodput of the storm %.0f %% of capacity; p99 of who is let in: before %d ms, in it %d ms, after it %d ms%n",
                seed, 100 * goodput, calm / MILLI, during / MILLI, after / MILLI);
        assertThat(goodput).as("seed " + seed).isGreaterThan(0.9);
        assertThat(during)
                .as("nobody who is let in waited longer than is set, and a little at the replica; seed " + seed)
                .isLessThan(settings.maxWait().toNanos() + SECOND / 2);
        assertThat(p99(requests.stream()
                        .filter(request -> request.entrant.key().equals("steady"))
                        .filter(request -> request.born >= from && request.born < to)))
                .as("the storm is another's, seed " + seed)
                .isLessThan(SECOND / 2);
        assertThat(after).as("seed " + seed).isLessThan(calm + 50 * MILLI);
        assertThat(requests)
                .as("seed " + seed)
                .filteredOn(request -> request.born > to + 10 * SECOND)
                .extracting(request -> request.end)
                .containsOnly("served");
    }

    private long served(long from, long to) {
        return requests.stream()
                .filter(request -> request.servedAt >= from && request.servedAt < to)
                .count();
    }

    /** The 99th percentile of the time until a slot took who was let in, of those who came then. */
    private long longest(long from, long to) {
        return p99(requests.stream().filter(request -> request.born >= from && request.born < to));
    }

    @Test
    void theLimitSettlesWhereTheReplicaHasALittleQueueAndNoMore() {
        begin(21, Admissions.adaptive(256, 4));
        source("one", Priority.NORMAL, 3 * CAPACITY, null);
        run(120);
        assertThat(lane.limit(settings)).isBetween(SLOTS, 4 * SLOTS);
    }

    @Test
    void aFullQueueSaysWithinAFactorOfTwoWhenThereIsRoom() {
        begin(31, Admissions.fixed(SLOTS, 400, Duration.ofSeconds(60)));
        source("one", Priority.NORMAL, 3 * CAPACITY, null);
        until = 20 * SECOND;
        while (now < until) {
            step();
        }
        double drains = lane.waiting() / CAPACITY;
        assertThat((double) lane.retryAfter(Priority.NORMAL, "one").toSeconds()).isBetween(drains / 2, drains * 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63})
    void whoWouldWaitLongerThanOneMayIsToldSoAtOnceAndWhenThereIsRoom(long seed) {
        begin(
                seed,
                new AdmissionSettings(
                        SLOTS,
                        false,
                        SLOTS,
                        SLOTS,
                        12,
                        Duration.ofMillis(50),
                        1_000,
                        1_000,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2)));
        source("one", Priority.NORMAL, 1.5 * CAPACITY, null);
        source("other", Priority.NORMAL, 1.5 * CAPACITY, null);
        until = 30 * SECOND;
        while (now < until) {
            step();
        }
        assertThat((double) lane.retryAfter(Priority.NORMAL, "one").toSeconds())
                .as("seed " + seed)
                .isBetween(2.0, 6.0);
        assertThat(counts("one").getOrDefault("timeout", 0))
                .as("hardly anyone waits in vain, seed " + seed)
                .isLessThan(counts("one").getOrDefault("full", 0) / 5);
    }

    private void begin(long seed, AdmissionSettings with) {
        settings = with;
        random = new Random(seed);
        now = 0;
        busy = 0;
        mostRunning = 0;
        agenda.clear();
        requests.clear();
        atReplica.clear();
        lane = new Lane<>(settings, 0);
    }

    private void run(int seconds) {
        until = seconds * SECOND;
        at(250 * MILLI, this::tick);
        while (!agenda.isEmpty()) {
            step();
        }
    }

    private void step() {
        Happening next = agenda.remove();
        now = next.at();
        next.what().run();
        mostRunning = Math.max(mostRunning, lane.running());
        assertThat(lane.waiting()).isLessThanOrEqualTo(settings.queue());
    }

    private void tick() {
        lane.lookOver(settings, now);
        admit();
        if (now < until || lane.running() + lane.waiting() > 0) {
            at(now + 250 * MILLI, this::tick);
        }
    }

    /** A key that sends at a rate, at random times. */
    private void source(String key, Priority priority, double perSecond, @Nullable Duration timeLeft) {
        source(key, priority, perSecond, timeLeft, Long.MAX_VALUE);
    }

    private void source(String key, Priority priority, double perSecond, @Nullable Duration timeLeft, long end) {
        long gap = (long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND);
        at(now + gap, () -> {
            if (now < Math.min(until, end)) {
                arrive(new Request(new Entrant("m", key, priority, 100, timeLeft), now));
                source(key, priority, perSecond, timeLeft, end);
            }
        });
    }

    private void arrive(Request request) {
        requests.add(request);
        switch (lane.arrive(settings, request.entrant, request, now)) {
            case Decision.Run<Request>(boolean headroom) -> {
                request.headroom = headroom;
                start(request);
            }
            case Decision.Wait<Request> wait -> {
                request.waiter = wait.waiter();
                if (wait.displaced() != null) {
                    wait.displaced().payload().end("displaced");
                }
                at(now + wait.nanos(), () -> giveUp(request, wait.untilDeadline() ? "late" : "timeout"));
                if (random.nextDouble() < cancels) {
                    at(now + (long) (random.nextDouble() * SECOND), () -> giveUp(request, "cancelled"));
                }
            }
            case Decision.Full<Request> full -> request.end("full");
            case Decision.TooLate<Request> late -> request.end("too late");
        }
    }

    private void giveUp(Request request, String how) {
        Waiter<Request> waiter = request.waiter;
        if (waiter != null && lane.leaveQueue(waiter)) {
            request.end(how);
        }
    }

    private void start(Request request) {
        request.startedAt = now;
        lane.asked();
        if (random.nextDouble() < failures) {
            at(now + MILLI, () -> {
                lane.answered();
                finish(request, "failed");
            });
        } else {
            atReplica.add(request);
            serve();
        }
    }

    private void serve() {
        while (busy < SLOTS && !atReplica.isEmpty()) {
            Request request = atReplica.removeFirst();
            busy++;
            request.servedAt = now;
            lane.answered();
            long took = (long) ((0.5 + random.nextDouble()) * SERVICE_MILLIS * MILLI);
            at(now + took, () -> {
                busy--;
                lane.adaptive().queued(settings, request.startedAt, request.servedAt - request.startedAt, now);
                finish(request, "served");
                serve();
            });
        }
    }

    private void finish(Request request, String how) {
        request.end(how);
        lane.charge(request.entrant.priority(), request.entrant.key(), random.nextInt(-50, 50));
        lane.finished(settings, request.entrant.key(), request.headroom, now);
        admit();
    }

    private void admit() {
        lane.admit(settings, now).forEach(waiter -> start(waiter.payload()));
    }

    private void at(long time, Runnable what) {
        agenda.add(new Happening(time, order++, what));
    }

    private int served(String key) {
        return counts(key).getOrDefault("served", 0);
    }

    private Map<String, Integer> counts(String key) {
        Map<String, Integer> counts = new HashMap<>();
        requests.stream()
                .filter(request -> request.entrant.key().equals(key) && request.servedAt < until)
                .forEach(request -> counts.merge(String.valueOf(request.end), 1, Integer::sum));
        return counts;
    }

    /** Time until a slot of the replica took the request. */
    private long p99(String key) {
        return p99(requests.stream()
                .filter(request -> request.entrant.key().equals(key))
                .filter(request -> request.born > 5 * SECOND));
    }

    private static long p99(Stream<Request> some) {
        long[] waits = some.filter(request -> request.servedAt >= 0)
                .mapToLong(request -> request.servedAt - request.born)
                .sorted()
                .toArray();
        return waits[(int) (waits.length * 0.99)];
    }
}
