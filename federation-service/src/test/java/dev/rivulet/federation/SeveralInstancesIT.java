// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.federation.RoundGate.Step;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Two instances, each a process, share federations; devices talk to either of them. Every other federation is summed in shards by both. One is killed with signal 9, or stands still until
 * the other has taken over and then goes on, while rounds stand at some step.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralInstancesIT {

    private static final int SEEDS = Integer.getInteger("rivulet.test.crash-seeds", 200);
    private static final int GATE = 1;
    private static final int FEDERATIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SentUpdates sent = new SentUpdates();
    private EmbeddedPostgres postgres;
    private EmbeddedKafkaKraftBroker broker;
    private Path folder;
    private List<FederationProcess> instances;
    private JdbcClient jdbc;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, SQLException {
        folder = temporary.resolve("federation");
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(temporary.resolve("postgres"))
                .setServerConfig("synchronous_commit", "on")
                .start();
        jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        // So that a death is noticed within seconds; brokers as they come allow no less than 6 s.
        broker.brokerProperty("group.min.session.timeout.ms", "1000");
        broker.brokerProperty("transaction.state.log.replication.factor", "1");
        broker.brokerProperty("transaction.state.log.min.isr", "1");
        broker.brokerProperty("transaction.state.log.num.partitions", "4");
        broker.afterPropertiesSet();
        Map<String, String> environment = settings(
                "RIVULET_DATABASE_URL",
                postgres.getJdbcUrl("postgres", "postgres"),
                "RIVULET_FEDERATION_FOLDER",
                folder.toString(),
                "RIVULET_KAFKA",
                broker.getBrokersAsString(),
                "RIVULET_FEDERATION_SEVERAL",
                "true",
                "RIVULET_FEDERATION_INSTANCES_SILENCE",
                "2s",
                "RIVULET_FEDERATION_INSTANCES_LOOK",
                "100ms",
                "RIVULET_FEDERATION_SHARDED",
                "true",
                "RIVULET_FEDERATION_SHARDS_SILENCE",
                "2s",
                "RIVULET_FEDERATION_SHARDS_TRANSACTION",
                "3s",
                "RIVULET_FEDERATION_SHARDS_ANSWER",
                "4s",
                "RIVULET_FEDERATION_ROUNDS_MOSTFEDERATIONS",
                Integer.toString(FEDERATIONS * (GATE + SEEDS)),
                "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
                "20");
        instances = Stream.of("first", "second")
                .map(name -> new FederationProcess(environment, temporary.resolve(name + ".log")))
                .toList();
        instances.getFirst().start();
        RoundGate.install(postgres.getPostgresDatabase());
        instances.getLast().start();
    }

    @AfterAll
    void stop() throws IOException {
        instances.forEach(FederationProcess::close);
        broker.destroy();
        postgres.close();
    }

    private static Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
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
    void roundsGoOnInManyRuns(long seed) throws Exception {
        roundsGoOnUnderAnotherLeaderAndTheOldOneWritesNothing(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void roundsGoOnUnderAnotherLeaderAndTheOldOneWritesNothing(long seed) throws Exception {
        Random random = new Random(seed);
        List<HeldFederation> all = new ArrayList<>();
        try (Operator operator = new Operator(instances.getFirst().port())) {
            for (int i = 0; i < FEDERATIONS; i++) {
                all.add(held(operator, seed, i, random));
            }
            for (HeldFederation each : all) {
                each.gate().awaitRound();
            }
            boolean pauses = random.nextBoolean();
            for (FederationProcess victim : instances) {
                if (leads(victim, all).isEmpty()) {
                    continue;
                }
                if (pauses) {
                    victim.freeze(true);
                } else {
                    victim.kill();
                }
                List<String> led = leads(victim, all);
                await().atMost(PATIENCE).until(() -> leads(victim, all).stream().noneMatch(led::contains));
                HeldFederation.letAllGoOn(all);
                if (pauses) {
                    victim.freeze(false);
                } else {
                    victim.start();
                }
                break;
            }
            for (HeldFederation each : all) {
                await().atMost(PATIENCE).until(() -> published(each.name()) == HeldFederation.ROUNDS);
            }
        } finally {
            for (HeldFederation each : all) {
                each.close();
            }
        }
        RoundProof proof = new RoundProof(postgres.getPostgresDatabase(), folder, sent);
        for (HeldFederation each : all) {
            proof.requireWhole(each.name(), HeldFederation.LAYOUT, HeldFederation.ROUNDS);
            assertThat(epochs(each.name())).as(each.name()).isNotEmpty().isSorted();
        }
    }

    private HeldFederation held(Operator operator, long seed, int index, Random random) throws Exception {
        int number = 100_000 + (int) seed * FEDERATIONS + index;
        String name = "several-" + number;
        Step step = Step.values()[random.nextInt(Step.values().length)];
        RoundGate gate =
                new RoundGate(postgres.getPostgresDatabase(), step, number, 1 + random.nextInt(HeldFederation.ROUNDS));
        String policy = """
                {"goal": 3, "quorum": 3, "over_selection": 1, "gather": "PT0S", "cut_off": "PT5M",
                 "deadline": "PT5M"}""";
        String aggregation =
                index % 2 == 0 ? "{\"strategy\": \"FED_AVG\"}" : "{\"strategy\": \"FED_AVG\", \"shards\": 3}";
        return HeldFederation.begun(operator, name, policy, aggregation, gate, this::bothFrom, random, sent);
    }

    private List<URI> bothFrom(int device) {
        return Stream.of(instances.get(device % 2), instances.get((device + 1) % 2))
                .map(FederationProcess::address)
                .toList();
    }

    /** The federations that an instance leads. */
    private List<String> leads(FederationProcess instance, List<HeldFederation> among) {
        return jdbc.sql("select federation from federation_leader where address = :address and federation in (:names)")
                .param("address", instance.address().toString())
                .param("names", among.stream().map(HeldFederation::name).toList())
                .query((row, _) -> row.getString("federation"))
                .list();
    }

    private int published(String federation) {
        return jdbc.sql("select count(*) from round_event where federation = ? and type = 'published'")
                .param(federation)
                .query(Integer.class)
                .single();
    }

    /** In the order in which the events of its rounds follow each other. */
    private List<Long> epochs(String federation) {
        return jdbc.sql("select epoch from round_event where federation = ? order by round, seq")
                .param(federation)
                .query((row, _) -> row.getLong("epoch"))
                .list();
    }
}
