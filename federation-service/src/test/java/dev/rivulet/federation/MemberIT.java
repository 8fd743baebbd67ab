// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.audit.AuditKey;
import dev.rivulet.audit.AuditVerifier;
import dev.rivulet.audit.Checkpoint;
import dev.rivulet.audit.Verification;
import dev.rivulet.events.federation.v1.RoundChanged;
import dev.rivulet.events.federation.v1.RoundPhase;
import dev.rivulet.federation.ScriptedRegistry.Failure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What the rest of the platform hears and gets of rounds, without a broker, and with a registry that loses answers. */
@WholeFederation
class MemberIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private ScriptedRegistry registry;

    /** Rounds of three devices until the federation has made as many versions. */
    private void train(Operator operator, String name, int rounds, String publish) throws Exception {
        operator.make(name, Clusters.DIMENSIONS, Clusters.CLASSES, """
                {"goal": 3, "quorum": 3, "over_selection": 1, "gather": "PT0S", "cut_off": "PT20S",
                 "deadline": "PT30S"}""", rounds);
        if (!publish.isEmpty()) {
            operator.publish(name, publish);
        }
        try (Fleet fleet = new Fleet(operator.service(), operator.token(name, 4))) {
            for (int i = 0; i < 3; i++) {
                fleet.started("device-" + i, new LocalTrainer(Clusters.of(i, 30), i));
            }
            operator.start(name);
            await().atMost(PATIENCE)
                    .until(() -> operator.look(name).at("/stopped").asString(""), "rounds_done"::equals);
            fleet.enrolled("leaving").participate(false);
        }
    }

    @Test
    void eachPhaseOfARoundIsAFactThatWaitsForTheBroker() throws Exception {
        try (Operator operator = new Operator(port)) {
            train(operator, "facts", 1, "");
        }
        List<RoundChanged> facts = new ArrayList<>();
        for (byte[] payload : jdbc.sql("select payload from outbox where aggregate = 'facts/1' order by seq")
                .query((row, _) -> row.getBytes("payload"))
                .list()) {
            facts.add(RoundChanged.parseFrom(payload));
        }
        assertThat(facts)
                .extracting(RoundChanged::getPhase)
                .containsExactly(
                        RoundPhase.ROUND_PHASE_OPENED,
                        RoundPhase.ROUND_PHASE_CLOSED,
                        RoundPhase.ROUND_PHASE_AGGREGATED,
                        RoundPhase.ROUND_PHASE_PUBLISHED);
        assertThat(facts).extracting(RoundChanged::getSelected).containsOnly(3);
        assertThat(facts).extracting(RoundChanged::getRevision).containsExactly(1, 5, 6, 7);
        assertThat(facts.getLast().getCounted()).isEqualTo(3);
        assertThat(facts.getLast().getVersion()).isEqualTo(1);
        assertThat(facts.get(1).getReason()).isEqualTo("goal");
        assertThat(jdbc.sql("select count(*) from outbox where sent_at is not null")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void theAuditLogOfRoundsIsVerifiedAndTellsEveryEditOfARow() throws Exception {
        try (Operator operator = new Operator(port)) {
            train(operator, "audited", 2, "");
            String log = operator.text("/api/federations/audited/audit");
            AuditKey key = AuditKey.ofPem(operator.text("/api/federations/audited/audit/key"));
            Checkpoint checkpoint = Checkpoint.parse(operator.text("/api/federations/audited/audit/checkpoint"));

            assertThat(verified(log, key, checkpoint)).isInstanceOfSatisfying(Verification.Intact.class, intact -> {
                assertThat(intact.federation()).isEqualTo("audited");
                assertThat(intact.rounds()).isEqualTo(2);
                assertThat(intact.version()).isEqualTo("2");
            });
            assertThat(log).contains("opt-out-recorded", "rounds begin");
            assertThat(log.lines().filter(line -> line.contains("\"kind\":\"round-closed\"")))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("\"count\":3", "\"strategy\":\"FED_AVG\""));
            String ids = jdbc.sql("select string_agg(id::text, ' ') from device where federation = 'audited'")
                    .query(String.class)
                    .single();
            assertThat(ids.split(" "))
                    .hasSize(4)
                    .allSatisfy(id -> assertThat(log).doesNotContain(id));

            int lines = (int) log.lines().count();
            for (int row = 0; row < lines; row++) {
                String before = edited("audited", row);
                assertThat(verified(operator.text("/api/federations/audited/audit"), key, checkpoint))
                        .as("line %d was edited", row)
                        .isInstanceOf(Verification.Broken.class);
                jdbc.sql("update audit_line set line = ? where log = 'audited' and sequence = ?")
                        .params(before, row)
                        .update();
            }
            jdbc.sql("delete from audit_line where log = 'audited' and sequence = ?")
                    .param(lines - 1)
                    .update();
            assertThat(verified(operator.text("/api/federations/audited/audit"), key, checkpoint))
                    .isInstanceOfSatisfying(
                            Verification.Broken.class,
                            broken -> assertThat(broken.check()).isEqualTo(Verification.Check.CHECKPOINT));
        }
    }

    /** Replaces a digit by another somewhere in a line. */
    private String edited(String log, int row) {
        String before = jdbc.sql("select line from audit_line where log = ? and sequence = ?")
                .params(log, row)
                .query(String.class)
                .single();
        int at = before.indexOf("\"time\":\"20") + 10;
        String after =
                before.substring(0, at) + (char) ('0' + (before.charAt(at) - '0' + 1) % 10) + before.substring(at + 1);
        jdbc.sql("update audit_line set line = ? where log = ? and sequence = ?")
                .params(after, log, row)
                .update();
        return before;
    }

    private static Verification verified(String log, AuditKey key, Checkpoint checkpoint) throws Exception {
        return new AuditVerifier(1000)
                .verify(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)), key, checkpoint);
    }

    @Test
    void eachVersionIsInTheRegistryOnceWhereverItLosesAnAnswer() throws Exception {
        registry.fails(IntStream.range(0, 30)
                .mapToObj(i -> i % 3 == 2 ? Failure.NONE : i % 2 == 0 ? Failure.AFTER : Failure.BEFORE)
                .toList());
        try (Operator operator = new Operator(port)) {
            train(operator, "handed", 4, """
                    {"model": "ward-model", "every": 2, "rollout": {"automatic": true}}""");
            await().atMost(PATIENCE).until(() -> states(operator.published("handed")), List.of("done", "done")::equals);
            assertThat(registry.versions().keySet().stream().filter(name -> name.startsWith("ward-model/")))
                    .containsExactly("ward-model/handed.2", "ward-model/handed.4");
            assertThat(registry.edges())
                    .containsKeys(
                            "ward-model/handed.2 federation_round handed/2",
                            "ward-model/handed.4 federation_round handed/4",
                            "ward-model/handed.4 parent ward-model/handed.2");
            JsonNode facts = Objects.requireNonNull(
                            registry.edges().get("ward-model/handed.4 federation_round handed/4"))
                    .path("facts");
            assertThat(facts.path("contributors").asString()).isEqualTo("3");
            assertThat(facts.path("strategy").asString()).isEqualTo("FED_AVG");
            assertThat(registry.champions()).containsEntry("ward-model", "handed.2");
            assertThat(registry.rollouts())
                    .singleElement()
                    .satisfies(rollout ->
                            assertThat(rollout.path("candidate").asString()).isEqualTo("handed.4"));
            assertThat(operator.text("/api/federations/handed/audit"))
                    .contains("\"kind\":\"version-published\",\"version\":\"2\"")
                    .contains("\"kind\":\"version-published\",\"version\":\"4\"");
        }
    }

    private static List<String> states(JsonNode published) {
        List<String> states = new ArrayList<>();
        published
                .path("versions")
                .forEach(version -> states.add(version.path("state").asString()));
        return states;
    }
}
