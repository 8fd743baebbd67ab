// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.CatalogChanges;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** The table of changes, and the functions of the database that fold them. */
@Repository
class JdbcCatalogChanges implements CatalogChanges {

    private static final int MOST_DIFFERENCES = 100;

    /** How PostgreSQL says that a lock was waited for too long; Spring has no exception for it. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** In an order in which each row finds what it refers to. */
    private static final List<String> TABLES = List.of(
            "model",
            "removed_model",
            "model_version",
            "model_file",
            "model_alias",
            "version_stage",
            "stage_request",
            "lineage_edge");

    /** So few that no statement lasts for as long as the connection waits. */
    private static final int BATCH = 1000;

    private static final String NAMES = """
            select model from (
                (select distinct model from catalog_change where model > :after order by model limit :batch)
                union
                (select distinct model from catalog_row where model > :after order by model limit :batch)) names
            order by model limit :batch""";

    private static final String REPLAY = """
            with folded as materialized (select * from catalog_at(:names, 9223372036854775807)),
            live as (select * from catalog_row where model = any (:names)),
            differing as (
                select case when l.key is null then 'only in the changes: '
                            when f.key is null then 'only in the catalogue: '
                            else 'not the same in both: ' end
                       || coalesce(f.source, l.source) || ' ' || coalesce(f.key, l.key)::text difference
                from folded f full join live l on l.source = f.source and l.key = f.key
                where f.facts is distinct from l.facts)
            select (select count(*) from catalog_change where model = any (:names)) events,
                   (select count(*) from folded where source = 'model') models,
                   (select count(*) from folded where source = 'model_version') versions,
                   (select count(*) from folded where source = 'model_alias') aliases,
                   array(select difference from differing order by 1 limit :most) differences""";

    /** A table's rows as they were: columns that came later have no value. */
    private static final String THEN = """
            (select (jsonb_populate_record(null::%1$s, facts)).* from catalog_at(array[:model], :cut) where source = '%1$s') %1$s""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcCatalogChanges(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public Replayed replay() {
        // Moments are compared as they are written, and they are written in UTC.
        set("timezone", "UTC");
        Replayed all = new Replayed(0, 0, 0, 0, List.of());
        for (String[] names = after(""); names.length > 0; names = after(names[names.length - 1])) {
            all = all.with(replay(names), MOST_DIFFERENCES);
        }
        return all;
    }

    private Replayed replay(String[] names) {
        return jdbc.sql(REPLAY)
                .param("names", names)
                .param("most", MOST_DIFFERENCES)
                .query((row, _) -> new Replayed(
                        row.getLong("events"),
                        row.getLong("models"),
                        row.getLong("versions"),
                        row.getLong("aliases"),
                        List.of((String[]) row.getArray("differences").getArray())))
                .single();
    }

    /** The next models by their names that there are or were. */
    private String[] after(String name) {
        return jdbc.sql(NAMES)
                .param("after", name)
                .param("batch", BATCH)
                .query(String.class)
                .list()
                .toArray(String[]::new);
    }

    @Override
    public void keepWritersOff() {
        // Shorter than the time after which the database looks for deadlocks: this gives up, never a writer.
        set("lock_timeout", "500ms");
        jdbc.sql("lock table " + String.join(", ", TABLES) + " in exclusive mode")
                .update();
        set("lock_timeout", "0");
    }

    @Override
    public void makeAnew() {
        set("rivulet.rebuilding", "on");
        jdbc.sql("create temporary table made_anew (source text, facts jsonb) on commit drop")
                .update();
        for (String[] names = after(""); names.length > 0; names = after(names[names.length - 1])) {
            makeAnew(names);
        }
        set("rivulet.rebuilding", "off");
    }

    private void makeAnew(String[] names) {
        jdbc.sql("truncate made_anew").update();
        jdbc.sql("insert into made_anew select source, facts from catalog_at(:names, 9223372036854775807)")
                .param("names", names)
                .update();
        TABLES.reversed()
                .forEach(table -> jdbc.sql("delete from %s where %s = any (:names)"
                                .formatted(table, table.endsWith("model") ? "name" : "model"))
                        .param("names", names)
                        .update());
        TABLES.forEach(table -> jdbc.sql("""
                        insert into %1$s overriding system value
                        select (jsonb_populate_record(null::%1$s, facts)).* from made_anew where source = '%1$s'""".formatted(table)).update());
    }

    @Override
    public Optional<Model> modelAt(ModelName model, Instant at) {
        Optional<Long> cut = jdbc.sql("select max(seq) from catalog_change where model = ? and at <= ?")
                .params(model.value(), at.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .optional();
        return cut.flatMap(last -> then(last)
                .query("select *", "model", "where name = :model", model)
                .query(then(last).models())
                .optional());
    }

    private ModelRows then(long cut) {
        return new ModelRows(jdbc, json, THEN::formatted, statement -> statement.param("cut", cut));
    }

    /** Holds until the transaction ends. */
    private void set(String setting, String value) {
        jdbc.sql("select set_config(?, ?, true)")
                .params(setting, value)
                .query(String.class)
                .single();
    }
}
