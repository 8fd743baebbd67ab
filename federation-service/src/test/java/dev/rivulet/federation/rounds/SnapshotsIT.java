// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federation.WholeFederation;
import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import dev.rivulet.federation.rounds.jdbc.UnwitnessedRounds;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** What is kept of rounds that are over, in the real tables: it says what the events say, or it is not read. */
@WholeFederation
class SnapshotsIT {

    private static final List<String> DEVICES =
            IntStream.range(0, 10).mapToObj(i -> "device-" + i).toList();
    private static final int EVERY = 4;
    private static final int TURNS = 7;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private JsonMapper json;

    @Autowired
    private TransactionTemplate transactions;

    private RoundStore store;

    @BeforeEach
    void begin() {
        store = UnwitnessedRounds.of(jdbc, json, transactions);
        jdbc.update(
                "insert into federation (name, settings, running, created_at) values ('sample', '{}', false, now())");
    }

    @AfterEach
    void forget() {
        jdbc.update("delete from round_snapshot where federation = 'sample'");
        jdbc.update("delete from round_event where federation = 'sample'");
        jdbc.update("delete from federation where name = 'sample'");
    }

    private static Federation federation() {
        FederationSettings plain = Samples.settings(new Stopping(100_000, 0, 0, 1000));
        FederationSettings noised = new FederationSettings(
                new RoundPolicy(10, 2, 1, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(20)),
                plain.aggregation(),
                plain.training(),
                plain.limits(),
                plain.energy(),
                plain.stopping(),
                SecureSettings.NONE,
                new PrivacySettings(1, 1.2, 1e5, 1e-5, null, null, null),
                null,
                null);
        return new Federation("sample", noised, true);
    }

    private static FederationRun takenUp(RoundStore rounds, int every) {
        CrashingWorld world = new CrashingWorld(new Random(1), 0);
        Clock clock = Clock.fixed(Samples.START, ZoneOffset.UTC);
        return new FederationRun(
                federation(), new Surroundings(rounds, world, world, _ -> false, clock, new Random(1), every));
    }

    private void rounds(int rounds, int every) {
        CrashingWorld world = new CrashingWorld(new Random(1), 0);
        Clock clock = Clock.fixed(Samples.START, ZoneOffset.UTC);
        FederationRun run = new FederationRun(
                federation(), new Surroundings(store, world, world, _ -> false, clock, new Random(1), every));
        long until = run.past().progress().lastRound() + rounds;
        while (run.past().progress().lastRound() < until) {
            world.queue().addAll(DEVICES);
            run.step();
            long round = run.round();
            if (round > 0 && round <= until) {
                DEVICES.forEach(device -> run.offer(round, new Usable(device, Samples.CONTRIBUTION)));
            }
        }
    }

    private void sameAsOfAllEvents(FederationRun taken) {
        FederationRun ofAll = takenUp(new EventsAlone(store), EVERY);
        assertThat(taken.past()).isEqualTo(ofAll.past());
        assertThat(taken.standing()).isEqualTo(ofAll.standing());
        assertThat(taken.privacy()).isEqualTo(ofAll.privacy());
    }

    @Test
    void aRunTakenUpFromASnapshotIsWhatAllEventsSay() {
        rounds(4 * EVERY + 2, EVERY);

        Past kept = store.past("sample").orElseThrow();
        assertThat(kept.progress().lastRound()).isEqualTo(4 * EVERY);
        assertThat(kept.spending().rounds()).isEqualTo(4 * EVERY);
        assertThat(kept.parts()).hasSize(DEVICES.size());
        sameAsOfAllEvents(takenUp(store, EVERY));
        jdbc.update("delete from round_event where federation = 'sample' and round <= ?", 4 * EVERY);
        FederationRun withoutEarlierEvents = takenUp(store, EVERY);
        assertThat(withoutEarlierEvents.past().progress().rounds()).isEqualTo(4 * EVERY + 2);
        assertThat(withoutEarlierEvents.privacy().orElseThrow().rounds()).isEqualTo(4 * EVERY + 2);
    }

    @Test
    void aSnapshotThatIsDamagedOrOfAnotherFormOrOfRoundsThatAreNotThereIsPassedOver() {
        rounds(2 * EVERY + 1, EVERY);
        sameAsOfAllEvents(takenUp(store, EVERY));
        Past good = store.past("sample").orElseThrow();

        passedOver("body = replace(body, '\"rounds\":8', '\"rounds\":7')", 2 * EVERY);
        passedOver("body = left(body, 40)", 3 * EVERY);
        passedOver("body = '{}', sha256 = encode(sha256('{}'), 'hex')", 4 * EVERY);
        passedOver("form = form - 1", 5 * EVERY);
        passedOver("form = form + 1", 6 * EVERY);
        passedOver("round = round - 1", 7 * EVERY);
        passedOver("round = round + 1000", 8 * EVERY);
        assertThat(good.progress().lastRound()).isEqualTo(2 * EVERY);
    }

    /** The next snapshot takes the place of one that can't be read. */
    private void passedOver(String change, long round) {
        assertThat(store.past("sample").orElseThrow().progress().lastRound()).isEqualTo(round);
        assertThat(jdbc.update("update round_snapshot set " + change + " where federation = 'sample'"))
                .isOne();
        assertThat(store.past("sample")).as(change).isEmpty();
        sameAsOfAllEvents(takenUp(store, EVERY));
        jdbc.update("update round_snapshot set round = least(round, ?) where federation = 'sample'", round);
        rounds(EVERY, EVERY);
        sameAsOfAllEvents(takenUp(store, EVERY));
    }

    @Test
    void aSnapshotIsKeptWithTheEventThatEndsItsRoundOrNotAtAll() {
        rounds(EVERY, EVERY);
        Past first = store.past("sample").orElseThrow();
        Past second = takenUp(store, EVERY).past();
        RoundEvent event = store.read("sample", EVERY).getFirst();
        Past next = new Past(
                new Progress(EVERY + 2, 5, 5, -1, 1, 0, 0),
                second.parts(),
                second.left(),
                second.spending(),
                1,
                List.of());

        assertThatThrownBy(() -> store.together(() -> {
                    assertThat(store.append("sample", EVERY + 2, 0, List.of(event), next))
                            .isTrue();
                    throw new IllegalStateException("the process died before the end of its transaction");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.past("sample")).contains(first);
        assertThat(store.append("sample", EVERY, 0, List.of(event), next)).isFalse();
        assertThat(store.past("sample")).contains(first);
        assertThat(store.append("sample", EVERY + 2, 0, List.of(event), next)).isTrue();
        assertThat(store.past("sample")).contains(next);
    }

    @Test
    @Tag("long")
    void twoThousandRoundsAreTakenUp() {
        rounds(2_010, 16);

        sameAsOfAllEvents(takenUp(store, 16));
        for (int i = 0; i < TURNS; i++) {
            String all = cost(() -> takenUp(new EventsAlone(store), 16));
            String snapshot = cost(() -> takenUp(store, 16));
            System.out.printf("2,010 rounds of 10 devices: all events %s, from a snapshot %s%n", all, snapshot);
        }
        Integer bytes = jdbc.queryForObject(
                "select length(body) from round_snapshot where federation = 'sample'", Integer.class);
        System.out.printf("a snapshot has %,d bytes%n", bytes);
        assertThat(takenUp(store, 16).past().progress().lastRound()).isEqualTo(2_010);
    }

    private static String cost(Supplier<FederationRun> work) {
        long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long began = System.nanoTime();
        FederationRun run = work.get();
        long took = System.nanoTime() - began;
        processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor;
        assertThat(run.past().progress().rounds()).isEqualTo(2_010);
        return String.format(Locale.ROOT, "%.1f ms (%.1f ms of processor)", took / 1e6, processor / 1e6);
    }
}
