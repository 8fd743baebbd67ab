// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.outbox.Outbox;
import dev.rivulet.registry.Client;
import dev.rivulet.registry.WholeRegistry;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.rollouts.analysis.Window;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

/**
 * A registry that dies before, within and after any transaction of a rollout, on a real database: whatever the seed, the rollout ends
 * in the one state that what is seen defines, and no event and no fact is lost or doubled.
 */
@WholeRegistry
class RolloutCrashIT {

    private static final int MOST_LOOKS = 2000;

    @LocalServerPort
    private int port;

    @Autowired
    private RolloutStore store;

    @Autowired
    private Catalog catalog;

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionOperations transactions;

    @Autowired
    private RolloutSettings settings;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private RolloutLoop ownLoop;

    /** The registry under test is the one that dies; that of the context would take the steps in its stead. */
    @BeforeEach
    void stopOwnLoop() {
        ownLoop.stop();
    }

    @AfterEach
    void startOwnLoop() {
        ownLoop.start();
    }

    /** Ends a registry where it stands. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private enum Fate {
        GOOD("promoted"),
        SLOWER("rolled_back"),
        ERRORS("rolled_back"),
        LESS_LIKED("rolled_back"),
        ANSWERS_OTHERWISE("rolled_back"),
        FAILS_TO_LOAD("rolled_back"),
        NO_TRAFFIC("paused");

        private final String end;

        Fate(String end) {
            this.end = end;
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 25);
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(26, 225);
    }

    @Tag("long")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("manySeeds")
    void everyRolloutEndsInItsOneStateInManyRuns(long seed) throws Exception {
        everyRolloutEndsInItsOneStateAndNothingIsLostOrDoubled(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyRolloutEndsInItsOneStateAndNothingIsLostOrDoubled(long seed) throws Exception {
        Random random = new Random(seed);
        Fate fate = Fate.values()[(int) (seed % Fate.values().length)];
        ModelName model = model("crash-" + seed);
        AtomicReference<Instant> now = new AtomicReference<>(Samples.AT);
        int worseAt = 1 + random.nextInt(90);

        boolean shadows = fate == Fate.ANSWERS_OTHERWISE || random.nextBoolean();
        RolloutId id = start(model, Duration.ofSeconds(shadows ? 60 : 0), random, now);
        for (int look = 0; look < MOST_LOOKS && !rollout(id).state().wire().equals(fate.end); look++) {
            FakeObservations seen = seen(fate, rollout(id).percent(), worseAt);
            now.updateAndGet(at -> at.plusSeconds(20));
            try {
                loop(random, seen, now).tick();
            } catch (Killed e) {
                continue; // The next look is a new registry's.
            }
        }

        Rollout ended = rollout(id);
        assertThat(ended.state().wire()).as("%s, seed %d", fate, seed).isEqualTo(fate.end);
        assertThat(champion(model)).isEqualTo(fate == Fate.GOOD ? "2" : "1");
        List<Long> revisions =
                LongStream.rangeClosed(1, ended.version()).boxed().toList();
        assertThat(versions(id)).isEqualTo(revisions);
        assertThat(told(model)).extracting(RolloutChanged::getRevision).isEqualTo(revisions);
        assertThat(told(model).getLast().getPercent()).isEqualTo(ended.percent());
        assertThat(rows("select count(*) from rollout_active where model = ?", model))
                .isEqualTo(ended.active() ? 1 : 0);
        assertThat(rows("select count(*) from catalog_event where type = 'alias_set' and model = ?", model))
                .isEqualTo(fate == Fate.GOOD ? 2 : 1);
    }

    private static FakeObservations seen(Fate fate, int percent, int worseAt) {
        FakeObservations seen = new FakeObservations();
        boolean turns = percent >= worseAt;
        seen.candidate = FakeObservations.mirrored(1, 0, 0);
        switch (fate) {
            case GOOD -> {}
            case SLOWER -> seen.candidate = FakeObservations.mirrored(turns ? 2 : 1, 0, 0);
            case ERRORS -> seen.candidate.addAll(FakeObservations.requests(1, turns ? 0.2 : 0));
            case LESS_LIKED -> {
                seen.candidate.addAll(FakeObservations.judged(turns ? 60 : 0));
                seen.baseline = FakeObservations.judged(0);
            }
            case ANSWERS_OTHERWISE -> seen.candidate = FakeObservations.mirrored(1, 60, 0);
            case FAILS_TO_LOAD -> seen.fleet = new Fleet(2, 1, List.of("replica-1: no memory"), List.of());
            case NO_TRAFFIC -> seen.candidate = new Window();
        }
        return seen;
    }

    /** A person tries again until the registry, which dies, has taken the order. */
    private RolloutId start(ModelName model, Duration shadowTime, Random random, AtomicReference<Instant> now) {
        while (true) {
            try {
                return rollouts(random, now)
                        .start(
                                model,
                                Samples.CANDIDATE,
                                Samples.plan(List.of(1, 10, 50, 100), shadowTime),
                                Decision.of("a person", "test"))
                        .id();
            } catch (Killed e) {
                List<RolloutSummary> started = store.list(model, true, 10);
                if (!started.isEmpty()) {
                    return started.getFirst().rollout();
                }
            }
        }
    }

    private RolloutLoop loop(Random random, FakeObservations seen, AtomicReference<Instant> now) {
        return new RolloutLoop(
                rollouts(random, now), seen, settings, clock(now), () -> nanos(now), new SimpleMeterRegistry());
    }

    /** The monotonic clock of a simulated time that never jumps. */
    private static long nanos(AtomicReference<Instant> now) {
        return Duration.between(Samples.AT, now.get()).toNanos();
    }

    private Rollouts rollouts(Random random, AtomicReference<Instant> now) {
        return new Rollouts(store, catalog, outbox, dying(random), clock(now), random, new SimpleMeterRegistry());
    }

    private static Clock clock(AtomicReference<Instant> now) {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
    }

    /** Transactions whose process dies in three of ten cases: before it, just before its commit, just after. */
    private TransactionOperations dying(Random random) {
        return new TransactionOperations() {
            @Override
            public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
                int fate = random.nextInt(10);
                if (fate == 0) {
                    throw new Killed();
                }
                T result = transactions.execute(status -> {
                    T done = action.doInTransaction(status);
                    if (fate == 1) {
                        throw new Killed();
                    }
                    return done;
                });
                if (fate == 2) {
                    throw new Killed();
                }
                return result;
            }
        };
    }

    private ModelName model(String name) {
        Client client = new Client(port);
        client.create(name);
        client.register(name, Samples.BASELINE.value());
        client.register(name, Samples.CANDIDATE.value());
        client.alias(name, "champion", Samples.BASELINE.value());
        return new ModelName(name);
    }

    private Rollout rollout(RolloutId id) {
        return store.load(id).orElseThrow();
    }

    private String champion(ModelName model) {
        return Objects.requireNonNull(catalog.get(model).aliases().get(new AliasName("champion")))
                .value();
    }

    private List<Long> versions(RolloutId id) {
        return jdbc.sql("select version from rollout_event where rollout = ? order by seq")
                .param(id.value())
                .query((row, _) -> row.getLong(1))
                .list();
    }

    private List<RolloutChanged> told(ModelName model) throws InvalidProtocolBufferException {
        List<byte[]> payloads = jdbc.sql(
                        "select payload from outbox where topic = 'model.rollout.changed' and aggregate = ? order by seq")
                .param(model.value())
                .query((row, _) -> row.getBytes(1))
                .list();
        List<RolloutChanged> told = new ArrayList<>();
        for (byte[] payload : payloads) {
            told.add(RolloutChanged.parseFrom(payload));
        }
        return told;
    }

    private long rows(String query, ModelName model) {
        return jdbc.sql(query).param(model.value()).query(Long.class).single();
    }
}
