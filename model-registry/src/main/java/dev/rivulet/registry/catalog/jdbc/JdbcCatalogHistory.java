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
