// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.registry.Client.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Rollouts that a person drives by hand, through the public interface. */
@WholeRegistry
class RolloutsOverHttpIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    @Autowired
    private JdbcClient jdbc;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aRolloutGoesStepByStepToTheChampionAndEveryStepIsToldAndRecorded() {
        model("stepped");
        Answer started = start("stepped");
        assertThat(started.status()).isEqualTo(201);
        assertThat(started.header("etag")).isEqualTo("\"1\"");
        String path = started.header("location");
        assertThat(started.body().path("state").asString()).isEqualTo("preparing");

        for (String action : List.of("prepared", "advance", "advance", "advance", "pause", "resume", "promote")) {
            assertThat(client.post(path + "/" + action, "{\"by\":\"ada\",\"reason\":\"looks good\"}")
                            .status())
                    .as(action)
                    .isEqualTo(200);
        }

        JsonNode ended = client.get(path).body();
        assertThat(ended.path("state").asString()).isEqualTo("promoted");
        assertThat(ended.path("percent").asInt()).isEqualTo(100);
        assertThat(texts(ended.path("timeline"), "event"))
                .containsExactly(
                        "started", "prepared", "advanced", "advanced", "advanced", "paused", "resumed", "promoted");
        assertThat(ended.path("timeline").get(7).path("decision").path("by").asString())
                .isEqualTo("ada");
        assertThat(client.get("/api/models/stepped")
                        .body()
                        .path("aliases")
                        .path("champion")
                        .asString())
                .isEqualTo("2");
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(facts("stepped"))
                        .extracting(RolloutChanged::getRevision)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, 8).boxed().toList()));
        assertThat(facts("stepped"))
                .extracting(RolloutChanged::getPercent)
                .containsExactly(0, 1, 10, 50, 100, 100, 100, 100);
        assertThat(facts("stepped").getFirst().getSalt()).hasSize(16);
    }

    @Test
    void twoRolloutsOfOneModelAtOnceAreRefusedAlsoWhenTheyStartTogether() throws Exception {
        model("contested");
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> starting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                starting.add(threads.submit(() -> new Client(port).post("/api/rollouts", body("contested"))));
            }
            for (Future<Answer> each : starting) {
                answers.add(each.get());
            }
        }
        assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(201, 409);
        String running = answers.stream()
                .filter(answer -> answer.status() == 201)
                .findFirst()
                .orElseThrow()
                .header("location");

        assertThat(client.post(running + "/abort", "{}").status()).isEqualTo(200);
        assertThat(start("contested").status()).isEqualTo(201);
        JsonNode listed = client.get("/api/rollouts?model=contested").body().path("rollouts");
        assertThat(texts(listed, "state")).containsExactly("preparing", "aborted");
        assertThat(client.get("/api/rollouts?model=contested&active=true")
                        .body()
                        .path("rollouts")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void whatIsFulfilledIsAnsweredAndChangesNothingAndWhatCannotBeIsRefused() {
        model("settled");
        String path = start("settled").header("location");

        assertThat(client.post(path + "/advance", "{}").code()).isEqualTo("conflict");
        assertThat(client.post(path + "/promote", "{}").code()).isEqualTo("conflict");
        assertThat(client.send(client.json(path + "/abort")
                                .header("If-Match", "\"7\"")
                                .POST(BodyPublishers.ofString("{}")))
                        .param())
                .isEqualTo("If-Match");
        assertThat(client.post(path + "/abort", "{}").body().path("revision").asInt())
                .isEqualTo(2);
        assertThat(client.post(path + "/abort", "{}").body().path("revision").asInt())
                .isEqualTo(2);
        assertThat(client.post(path + "/resume", "{}").code()).isEqualTo("conflict");
        assertThat(client.post(path + "/dance", "{}").status()).isEqualTo(404);
        assertThat(client.get("/api/models/settled")
                        .body()
                        .path("aliases")
                        .path("champion")
                        .asString())
                .isEqualTo("1");
    }

    @Test
    void aVersionIsNotRemovedWhileARolloutNeedsIt() {
        model("needed");
        client.register("needed", "3");
        Answer started = start("needed");
        client.delete("/api/models/needed/aliases/champion");

        for (String needed : List.of("/api/models/needed/versions/1", "/api/models/needed/versions/2")) {
            Answer refused = client.delete(needed);
            assertThat(refused.code()).isEqualTo("conflict");
            assertThat(refused.body().path("detail").asString())
                    .contains(started.body().path("rollout").asString());
        }
        assertThat(client.delete("/api/models/needed").code()).isEqualTo("conflict");
        assertThat(client.delete("/api/models/needed/versions/3").status()).isEqualTo(200);

        client.post(started.header("location") + "/abort", "{}");
        assertThat(client.delete("/api/models/needed/versions/2").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"candidate":"2"}                                             | 400 | model
            {"model":"judged"}                                            | 400 | candidate
            {"model":"judged","candidate":"9"}                            | 404 | candidate
            {"model":"judged","candidate":"1"}                            | 400 | candidate
            {"model":"nobody-knows","candidate":"2"}                      | 404 | model
            {"model":"judged","candidate":"2","steps":[50]}               | 400 | plan
            {"model":"judged","candidate":"2","steps":[null,100]}         | 400 | plan
            {"model":"judged","candidate":"2","step_seconds":-1}          | 400 | step_seconds
            {"model":"judged","candidate":"2","quorum":0}                 | 400 | plan
            {"model":"judged","candidate":"2","alpha":2}                  | 400 | plan
            {"model":"judged","candidate":"2","speed":2}                  | 400 | speed
            """)
    void aRolloutThatCannotBeIsRefused(String body, int status, String param) {
        model("judged");
        Answer answer = client.post("/api/rollouts", body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.param()).isEqualTo(param);
        assertThat(client.get("/api/rollouts/r-0000000000000000").code()).isEqualTo("not_found");
        assertThat(client.get("/api/rollouts/nonsense").param()).isEqualTo("rollout");
        assertThat(client.get("/api/rollouts?limit=0").param()).isEqualTo("limit");
    }

    @Test
    void whatAnAliasWasAtAMomentIsKnownAndTheTimelineTellsAll() {
        model("remembered");
        Instant before = Instant.now();
        String path = start("remembered").header("location");
        client.post(path + "/prepared", "{}");
        client.post(path + "/promote", "{}");
        client.delete("/api/models/remembered/aliases/champion");

        String alias = "/api/models/remembered/aliases/champion";
        assertThat(client.get(alias + "?at=" + before).body().path("version").asString())
                .isEqualTo("1");
        JsonNode timeline = client.get("/api/models/remembered/timeline").body().path("timeline");
        JsonNode promoted = timeline.values().stream()
                .filter(entry -> entry.path("event").asString().equals("alias_set"))
                .findFirst()
                .orElseThrow();
        assertThat(client.get(alias + "?at=" + promoted.path("at").asString())
                        .body()
                        .path("version")
                        .asString())
                .isEqualTo("2");
        assertThat(client.get(alias).code()).isEqualTo("not_found");
        assertThat(client.get(alias + "?at=2001-01-01T00:00:00Z").code()).isEqualTo("not_found");
        assertThat(client.get(alias + "?at=last-friday").param()).isEqualTo("at");
        assertThat(texts(timeline, "event"))
                .contains(
                        "model_created",
                        "version_registered",
                        "alias_set",
                        "rollout_started",
                        "rollout_promoted",
                        "alias_removed");
    }

    @Test
    void projectionsThatWereDestroyedAreMadeAnewByteForByte() {
        model("rebuilt");
        String path = start("rebuilt").header("location");
        for (int i = 0; i < 20; i++) {
            client.post(path + (i % 2 == 0 ? "/pause" : "/resume"), "{}");
        }
        Answer same = client.post("/api/rollouts/projections/rebuild", "");
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.body().path("identical").asBoolean()).isTrue();
        assertThat(same.body().path("events").asLong()).isGreaterThanOrEqualTo(21);

        jdbc.sql("delete from rollout_timeline").update();
        jdbc.sql("update rollout_history set state = 'nonsense'").update();
        Answer mended = client.post("/api/rollouts/projections/rebuild", "");

        assertThat(mended.body().path("identical").asBoolean()).isFalse();
        assertThat(mended.body().path("after")).isEqualTo(same.body().path("after"));
        assertThat(client.get(path).body().path("timeline").size()).isEqualTo(21);
        long snapshots = jdbc.sql("select version from rollout_snapshot where rollout = ?")
                .param(path.substring(path.lastIndexOf('/') + 1))
                .query(Long.class)
                .single();
        assertThat(snapshots).as("a snapshot was written").isPositive();
    }

    @Test
    void theLifecycleOfModelsIsWhatItsEventsSay() {
        model("replayed");
        client.put("/api/models/replayed/aliases/stable", "{\"version\":\"1\"}");
        client.delete("/api/models/replayed/aliases/stable");
        Answer same = client.get("/api/catalog/replay");
        assertThat(same.body().path("identical").asBoolean())
                .as("%s", same.body())
                .isTrue();
        assertThat(same.body().path("events").asLong()).isGreaterThanOrEqualTo(6);

        jdbc.sql("alter table model_alias disable trigger alias_is_recorded").update();
        try {
            jdbc.sql("insert into model_alias values ('replayed', 'smuggled', '2')")
                    .update();
            Answer other = client.get("/api/catalog/replay");
            assertThat(other.body().path("identical").asBoolean()).isFalse();
            assertThat(other.body().path("differences").toString())
                    .isEqualTo("[\"only in the catalogue: alias replayed smuggled 2\"]");
        } finally {
            jdbc.sql("delete from model_alias where alias = 'smuggled'").update();
            jdbc.sql("alter table model_alias enable trigger alias_is_recorded").update();
        }
    }

    @Test
    void eventsAreNeverChanged() {
        model("kept");
        start("kept");
        for (String change : List.of(
                "update rollout_event set type = 'x'",
                "delete from rollout_event",
                "truncate rollout_event",
                "update catalog_event set version = 'x'",
                "delete from catalog_event")) {
            assertThatThrownBy(() -> jdbc.sql(change).update())
                    .as(change)
                    .isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("never changed");
        }
    }

    private void model(String name) {
        client.create(name);
        client.register(name, "1");
        client.register(name, "2");
        client.alias(name, "champion", "1");
    }

    private Answer start(String model) {
        return client.post("/api/rollouts", body(model));
    }

    private static String body(String model) {
        return "{\"model\":\"" + model + "\",\"candidate\":\"2\",\"automatic\":false,\"by\":\"ada\"}";
    }

    private List<RolloutChanged> facts(String model) {
        return Records.of(broker.address(), EventType.ROLLOUT_CHANGED, model).stream()
                .map(Event::data)
                .distinct()
                .toList();
    }

    private static List<String> texts(JsonNode rows, String field) {
        return rows.values().stream().map(row -> row.path(field).asString("")).toList();
    }
}
