// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.CatalogHistory;
import dev.rivulet.registry.catalog.ModelName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads the table that triggers of the catalogue's tables write. */
@Repository
class JdbcCatalogHistory implements CatalogHistory {

    private static final int MOST_DIFFERENCES = 100;

    /** The last that happened to each model, version and alias; what came of it; and what the catalogue has. */
    private static final String REPLAY = """
            with changes as (
                select seq, model, split_part(type, '_', 1) kind, type, alias, version from catalog_event),
            last as (
                select distinct on (model, kind, alias, case kind when 'version' then version end)
                    model, kind, type, alias, version
                from changes order by model, kind, alias, case kind when 'version' then version end, seq desc),
            replayed as (
                select kind, model, alias, version from last
                where type in ('model_created', 'version_registered', 'alias_set')),
            live as (
                select 'model' kind, name model, null::text alias, null::text version from model
                union all select 'version', model, null, version from model_version
                union all select 'alias', model, alias, version from model_alias),
            differing as (
                select 'only in the events: ' side, d.* from (select * from replayed except select * from live) d
                union all
                select 'only in the catalogue: ', d.* from (select * from live except select * from replayed) d)
            select (select count(*) from changes) events,
                   (select count(*) from replayed where kind = 'model') models,
                   (select count(*) from replayed where kind = 'version') versions,
                   (select count(*) from replayed where kind = 'alias') aliases,
                   array(select side || concat_ws(' ', kind, model, alias, version) from differing
                         order by 1 limit ?) differences""";

    private final JdbcClient jdbc;

    JdbcCatalogHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<CatalogEvent> events(ModelName model, int limit) {
        return jdbc.sql("select type, alias, version, at from catalog_event where model = ? order by seq desc limit ?")
                .params(model.value(), limit)
                .query((row, _) -> event(row))
                .list();
    }

    @Override
    public Replayed replay() {
        return jdbc.sql(REPLAY)
                .param(MOST_DIFFERENCES)
                .query((row, _) -> new Replayed(
                        row.getLong("events"),
                        row.getLong("models"),
                        row.getLong("versions"),
                        row.getLong("aliases"),
                        List.of((String[]) row.getArray("differences").getArray())))
                .single();
    }

    @Override
    public Optional<CatalogEvent> aliasAt(ModelName model, AliasName alias, Instant at) {
        return jdbc.sql("""
                        select type, alias, version, at from catalog_event
                        where model = ? and alias = ? and at <= ? order by at desc, seq desc limit 1""")
                .params(model.value(), alias.value(), at.atOffset(ZoneOffset.UTC))
                .query((row, _) -> event(row))
                .optional();
    }

    private static CatalogEvent event(ResultSet row) throws SQLException {
        return new CatalogEvent(
                row.getString("type"),
                row.getString("alias"),
                row.getString("version"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
