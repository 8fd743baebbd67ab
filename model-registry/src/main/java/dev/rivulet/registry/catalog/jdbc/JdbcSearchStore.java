// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.CatalogStore;
import dev.rivulet.registry.catalog.Condition;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.SearchStore;
import dev.rivulet.registry.catalog.VersionName;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One statement finds the names; what they name is read as the catalogue reads it. */
@Repository
class JdbcSearchStore implements SearchStore {

    private final JdbcClient jdbc;
    private final CatalogStore models;

    JdbcSearchStore(JdbcClient jdbc, CatalogStore models) {
        this.jdbc = jdbc;
        this.models = models;
    }

    @Override
    public List<Model> models(List<Condition> conditions, Order order, int limit, long offset) {
        SearchSql sql = SearchSql.ofModels(conditions);
        return jdbc
                .sql("select m.name from model m where " + sql.where() + " order by "
                        + SearchSql.order(order, "m.name", "m") + " limit :limit offset :offset")
                .params(sql.params())
                .param("limit", limit)
                .param("offset", offset)
                .query((row, _) -> new ModelName(row.getString("name")))
                .list()
                .stream()
                .map(models::find)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public List<Found> versions(List<Condition> conditions, Order order, int limit, long offset) {
        SearchSql sql = SearchSql.ofVersions(conditions);
        return jdbc.sql("select v.model, v.version from model_version v join model m on m.name = v.model where "
                        + sql.where() + " order by " + SearchSql.order(order, "v.model", "v")
                        + ", v.created_at, v.version collate \"C\" limit :limit offset :offset")
                .params(sql.params())
                .param("limit", limit)
                .param("offset", offset)
                .query((row, _) ->
                        new Found(new ModelName(row.getString("model")), new VersionName(row.getString("version"))))
                .list();
    }
}
