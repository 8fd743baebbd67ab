// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.federation.RoundGate.Step;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The service in a process of its own is killed with signal 9 while rounds of several federations stand, each at another step: one
 * kill for all steps. What the dead process had sent to the database may come to be after the next has started. A seed is the
 * steps, the rounds, who is too late, and, of every second one, a second kill after so many events.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoundCrashIT {

    private static final int SEEDS = Integer.getInteger("rivulet.test.crash-seeds", 200);
    private static final int GATE = 1;
    private static final int AT_ONCE = Step.values().length;
    /** Of one service: the next seed begins with an empty one. */
    private static final int MOST_FEDERATIONS = 10 * AT_ONCE;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SentUpdates sent = new SentUpdates();
    private Path temporary;
    private int services;
    private int federations;
    private EmbeddedPostgres postgres;
    private Path folder;
    private FederationProcess service;
    private int kills;
    private int rounds;

    @BeforeAll
    void start(@TempDir Path given) throws IOException, SQLException {
        temporary = given;
        begin();
    }

    private void begin() throws IOException, SQLException {
        Path place = temporary.resolve(Integer.toString(services++));
        federations = 0;
        folder = place.resolve("federation");
        postgres = database(place.resolve("postgres")).start();
        service = new FederationProcess(
                Map.of(
                        "RIVULET_DATABASE_URL",
                        postgres.getJdbcUrl("postgres", "postgres"),
                        "RIVULET_FEDERATION_FOLDER",
                        folder.toString(),
                        // A round that is held up keeps a connection and a place among those that are judged.
                        "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
                        "40",
                        "RIVULET_FEDERATION_ROUNDS_MOSTFEDERATIONS",
                        Integer.toString(MOST_FEDERATIONS),
                        "RIVULET_FEDERATION_UPDATES_MOSTDECODED",
                        "100"),
                place.resolve("federation.log"));
        service.start();
        RoundGate.install(postgres.getPostgresDatabase());
    }

    private static EmbeddedPostgres.Builder database(Path folder) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                // Left off by the library for speed: what was committed a moment before a kill would be lost.
                .setServerConfig("synchronous_commit", "on");
    }

    @AfterAll
    void stop() throws IOException {
        System.out.printf("RoundCrashIT: %d kills, %d rounds%n", kills, rounds);
        end();
    }

    private void end() throws IOException {
        service.close();
        postgres.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, GATE);
    }

    static LongStream manySeeds() {
        return LongStream.range(GATE, GATE + SEEDS);
    }

    @Tag("long")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("manySeeds")
    void eachRoundEndsOnceInManyRuns(long seed) throws Exception {
        eachRoundEndsOnceAndItsModelIsTheMeanOfWhatItCounted(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void eachRoundEndsOnceAndItsModelIsTheMeanOfWhatItCounted(long seed) throws Exception {
        makeRoom();
        Random random = new Random(seed);
        List<HeldFederation> all = new ArrayList<>();
        try (Operator operator = new Operator(service.port())) {
            holdAtEachStep(operator, seed, random, all);
            kill();
            boolean lateWrites = random.nextBoolean();
            if (!lateWrites) {
                HeldFederation.letAllGoOn(all);
            }
            service.start();
            HeldFederation.letAllGoOn(all);
            if (seed % 2 == 1) {
                awaitEvents(all, events(all) + 1 + random.nextInt(4 * AT_ONCE));
                kill();
                service.start();
            }
            for (HeldFederation each : all) {
                awaitDone(operator, each);
            }
        } finally {
            for (HeldFederation each : all) {
                each.close();
            }
        }
        assertThat(all).hasSize(AT_ONCE);
        requireWhole(all);
    }

    @Test
    void roundsAtEachStepGoOnByThemselvesWhenTheirDatabaseWasAway() throws Exception {
        makeRoom();
        long seed = GATE + SEEDS;
        List<HeldFederation> all = new ArrayList<>();
        try (Operator operator = new Operator(service.port())) {
            holdAtEachStep(operator, seed, new Random(seed), all);
            int port = postgres.getPort();
            postgres.close();
            await().atMost(PATIENCE).until(() -> service.health("readiness") == 503);
            assertThat(service.health("liveness")).isEqualTo(200);
            assertThat(operator.unavailable(
                            "POST", "/api/federations/" + all.getFirst().name() + "/tokens"))
                    .isEqualTo("database_unavailable");

            postgres = database(folder.resolveSibling("postgres")).setPort(port).start();
            HeldFederation.letAllGoOn(all);
            for (HeldFederation each : all) {
                awaitDone(operator, each);
            }
            assertThat(service.health("readiness")).isEqualTo(200);
        } finally {
            for (HeldFederation each : all) {
                each.close();
            }
        }
        requireWhole(all);
    }

    private void makeRoom() throws IOException, SQLException {
        if (federations + AT_ONCE > MOST_FEDERATIONS) {
            end();
            begin();
        }
        federations += AT_ONCE;
    }

    /** @param all gets each federation as soon as it is there */
    private void holdAtEachStep(Operator operator, long seed, Random random, List<HeldFederation> all)
            throws Exception {
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(held(operator, seed, i, random));
        }
        for (HeldFederation each : all) {
            each.gate().awaitRound();
        }
    }

    private static void awaitDone(Operator operator, HeldFederation federation) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> operator.look(federation.name()).at("/stopped").asString(""), "rounds_done"::equals);
    }

    private void requireWhole(List<HeldFederation> all) throws IOException {
        RoundProof proof = new RoundProof(postgres.getPostgresDatabase(), folder, sent);
        for (HeldFederation each : all) {
            proof.requireWhole(each.name(), HeldFederation.LAYOUT, HeldFederation.ROUNDS);
            await().atMost(PATIENCE).until(() -> proof.updatesLeft(each.name()).isEmpty());
            rounds += HeldFederation.ROUNDS;
        }
    }

    private HeldFederation held(Operator operator, long seed, int index, Random random) throws Exception {
        int number = (int) (seed * AT_ONCE + index);
        String name = "crash-" + number;
        Step step = Step.values()[number % Step.values().length];
        int goal = HeldFederation.DEVICES - random.nextInt(2);
        RoundGate gate =
                new RoundGate(postgres.getPostgresDatabase(), step, number, 1 + random.nextInt(HeldFederation.ROUNDS));
        String policy = """
                {"goal": %d, "quorum": %d, "over_selection": %s, "gather": "PT0S", "cut_off": "PT5M",
                 "deadline": "PT5M"}""".formatted(goal, goal, (double) HeldFederation.DEVICES / goal);
        String plain = "{\"strategy\": \"FED_AVG\"}";
        return HeldFederation.begun(operator, name, policy, plain, gate, _ -> List.of(service.address()), random, sent);
    }

    private void kill() {
        service.kill();
        kills++;
    }

    private void awaitEvents(List<HeldFederation> all, int wanted) {
        int most = all.size() * HeldFederation.ROUNDS * 6;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> events(all) >= Math.min(wanted, most));
    }

    private int events(List<HeldFederation> all) {
        return JdbcClient.create(postgres.getPostgresDatabase())
                .sql("select count(*) from round_event where federation in (:names)")
                .param("names", all.stream().map(HeldFederation::name).toList())
                .query(Integer.class)
                .single();
    }
}
