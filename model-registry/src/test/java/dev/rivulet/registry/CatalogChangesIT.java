// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** The tables of the catalogue are what its changes come to: compared, dropped and made anew, and read as they were. */
@WholeRegistry
class CatalogChangesIT {

    private static final List<String> TABLES = List.of(
            "model",
            "removed_model",
            "model_version",
            "model_file",
            "model_alias",
            "version_stage",
            "stage_request",
            "lineage_edge");

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @Value("${spring.datasource.url}")
    private String url;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void everyTableIsWhatItsChangesSayToTheByteAndIsMadeAnewFromThem() {
        wholeLife("anew");
        List<String> before = TABLES.stream().map(this::rows).toList();
        assertThat(client.get("/api/catalog/replay").body().path("identical").asBoolean())
                .isTrue();

        JsonNode rebuilt = client.post("/api/catalog/rebuild", "").body();

        assertThat(rebuilt.path("identical").asBoolean()).as("%s", rebuilt).isTrue();
        assertThat(rebuilt.path("after").path("identical").asBoolean()).isTrue();
        assertThat(TABLES.stream().map(this::rows).toList()).isEqualTo(before);
        assertThat(before).as("no table was empty").doesNotContain("");
    }

    @Test
    void whatWentPastTheChangesIsNamedAndMended() {
        versions("mended");
        String right = rows("model_alias") + rows("model");
        jdbc.sql("alter table model_alias disable trigger all").update();
        jdbc.sql("alter table model disable trigger all").update();
        try {
            jdbc.sql("insert into model_alias values ('mended', 'smuggled', '2')")
                    .update();
            jdbc.sql("update model set description = 'forged' where name = 'mended'")
                    .update();
        } finally {
            jdbc.sql("alter table model enable trigger all").update();
            jdbc.sql("alter table model_alias enable trigger all").update();
        }

        JsonNode seen = client.get("/api/catalog/replay").body();
        assertThat(seen.path("identical").asBoolean()).isFalse();
        assertThat(seen.path("differences"))
                .extracting(JsonNode::asString)
                .containsExactlyInAnyOrder(
                        "not the same in both: model {\"name\": \"mended\"}",
                        "only in the catalogue: model_alias {\"alias\": \"smuggled\", \"model\": \"mended\"}");

        JsonNode rebuilt = client.post("/api/catalog/rebuild", "").body();
        assertThat(rebuilt.path("mended").size()).isEqualTo(2);
        assertThat(rebuilt.path("after").path("identical").asBoolean()).isTrue();
        assertThat(rows("model_alias") + rows("model")).isEqualTo(right);
    }

    @Test
    void aModelIsShownAsItWasWithVersionsTagsAndAliasesOfThen() {
        versions("past");
        client.put("/api/models/past/tags/team", "{\"value\":\"heating\"}");
        Instant friday = now();
        JsonNode then = client.get("/api/models/past").body();
        client.register("past", "3");
        client.alias("past", "champion", "3");
        client.put("/api/models/past/tags/team", "{\"value\":\"doors\"}");
        client.delete("/api/models/past/aliases/champion");

        assertThat(client.get("/api/models/past?at=" + friday).body()).isEqualTo(then);
        assertThat(then.path("aliases").path("champion").asString()).isEqualTo("1");
        assertThat(client.get("/api/models/past").body().path("versions").size())
                .isEqualTo(3);

        Instant last = now();
        assertThat(client.delete("/api/models/past").status()).isLessThan(300);
        assertThat(client.get("/api/models/past").status()).isEqualTo(404);
        assertThat(client.get("/api/models/past?at=" + now()).status()).isEqualTo(404);
        assertThat(client.get("/api/models/past?at=" + last)
                        .body()
                        .path("versions")
                        .size())
                .isEqualTo(3);
        assertThat(client.get("/api/models/past?at=1999-12-31T00:00:00Z").status())
                .isEqualTo(404);
        Answer nonsense = client.get("/api/models/past?at=friday");
        assertThat(nonsense.status()).isEqualTo(400);
        assertThat(nonsense.body().toString()).contains("2026-11-20T17:00:00Z");
    }

    @Test
    void aRebuildBesideWritersLosesNothingAndFailsNoneOfThem() throws Exception {
        versions("busy");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> writers = IntStream.range(0, 4)
                    .mapToObj(writer -> threads.submit(() -> worstOf12(writer)))
                    .toList();
            for (int i = 0; i < 5; i++) {
                assertThat(client.post("/api/catalog/rebuild", "").status()).isIn(200, 409);
            }
            for (Future<Integer> writer : writers) {
                assertThat(writer.get()).isEqualTo(200);
            }
        }
        JsonNode tags = client.get("/api/models/busy").body().path("tags");
        assertThat(tags.propertyNames()).hasSize(48);
        assertThat(client.get("/api/catalog/replay").body().path("identical").asBoolean())
                .isTrue();
    }

    @Test
    void whatWasThereBeforeChangesWereKeptIsTheirBeginning() {
        jdbc.sql("create database upgraded").update();
        DataSource upgraded = new DriverManagerDataSource(url.replace("/postgres?", "/upgraded?"), "postgres", "");
        Flyway.configure().dataSource(upgraded).target("60").load().migrate();
        JdbcClient old = JdbcClient.create(upgraded);
        for (String row : List.of(
                "model values ('old', 'text-generation', 'd', 3, '2026-01-02', '2026-01-05', '{\"a\": \"b\"}', 'mit', 'card')",
                "model_version values ('old', '1', '{}', '2026-01-03', '{\"l\": \"m\"}', '')",
                "model_file values ('old', '1', 'f', '" + "0".repeat(64) + "', 7)",
                "model_alias values ('old', 'champion', '1')",
                "removed_model values ('older', 9)",
                "version_stage values ('old', '1', 'staging', '2026-01-04')",
                "lineage_edge values ('old', '1', 'parent', 'x', '{}', '2026-01-03')")) {
            old.sql("insert into " + row).update();
        }
        Flyway.configure().dataSource(upgraded).load().migrate();

        assertThat(old.sql("""
                                select l.source from catalog_at(array['old', 'older'], 1000) f
                                full join catalog_row l on l.source = f.source and l.key = f.key
                                where l.model is null or f.facts -> 'version' is distinct from l.facts -> 'version'
                                   or (select count(*) from jsonb_object_keys(f.facts))
                                      <> (select count(*) from jsonb_object_keys(l.facts))""").query(String.class).list()).isEmpty();
        assertThat(old.sql("select source || ' ' || (at at time zone 'UTC')::date from catalog_change order by seq")
                        .query(String.class)
                        .list())
                .containsExactly(
                        "removed_model 1970-01-01",
                        "lineage_edge 2026-01-03",
                        "model_file 2026-01-03",
                        "model_version 2026-01-03",
                        "version_stage 2026-01-04",
                        "model 2026-01-05",
                        "model_alias 2026-01-05");
    }

    private int worstOf12(int writer) {
        Client own = new Client(port);
        int worst = 0;
        for (int i = 0; i < 12; i++) {
            worst = Math.max(
                    worst,
                    own.put("/api/models/busy/tags/w" + writer + "." + i, "{\"value\":\"x\"}")
                            .status());
        }
        return worst;
    }

    private void versions(String name) {
        client.create(name);
        client.register(name, "1");
        client.register(name, "2");
        client.alias(name, "champion", "1");
    }

    /** Leaves rows in every table of the catalogue. */
    private void wholeLife(String name) {
        versions(name);
        versions(name + "-gone");
        client.delete("/api/models/" + name + "-gone/aliases/champion");
        assertThat(client.delete("/api/models/" + name + "-gone").status()).isLessThan(300);
        client.put("/api/models/" + name + "/card", "# Card\n\nof é 東\n");
        client.put("/api/models/" + name + "/tags/k", "{\"value\":\"v\"}");
        jdbc.sql("insert into version_stage values (?, '1', 'staging', now())")
                .param(name)
                .update();
        jdbc.sql("""
                        insert into stage_request
                            (model, version, commit, from_stage, stage, reason, asked_by, asked_at, state)
                        values (?, '1', 'c', 'none', 'staging', 'try', 'ada', now(), 'applied')""").param(name).update();
        jdbc.sql("""
                        insert into lineage_edge (model, version, kind, target, facts, created_at)
                        values (?, '2', 'parent', ?, '{"a": 1.50}', now())""").params(name, name + "/1").update();
    }

    /** All rows of a table as the database prints them. */
    private String rows(String table) {
        return String.join(
                "\n",
                jdbc.sql("select t::text from " + table + " t order by t::text collate \"C\"")
                        .query(String.class)
                        .list());
    }

    private Instant now() {
        return jdbc.sql("select clock_timestamp()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }
}
