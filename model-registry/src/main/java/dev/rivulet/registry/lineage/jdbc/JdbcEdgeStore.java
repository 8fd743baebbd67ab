// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage.jdbc;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.lineage.Edge;
import dev.rivulet.registry.lineage.EdgeKind;
import dev.rivulet.registry.lineage.EdgeStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** One row for an edge. */
@Repository
class JdbcEdgeStore implements EdgeStore {

    private static final TypeReference<TreeMap<String, String>> FACTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcEdgeStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public List<Edge> edges(ModelName model, VersionName version) {
        return jdbc.sql(
                        "select * from lineage_edge where model = ? and version = ? order by kind, target collate \"C\"")
                .params(model.value(), version.value())
                .query((row, _) -> new Edge(
                        model + "/" + version,
                        EdgeKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                        row.getString("target"),
                        json.readValue(row.getString("facts"), FACTS)))
                .list();
    }

    @Override
    public boolean add(ModelName model, VersionName version, Edge edge, Instant at) {
        return jdbc.sql("""
                                insert into lineage_edge (model, version, kind, target, facts, created_at)
                                values (?, ?, ?, ?, cast(? as jsonb), ?) on conflict do nothing""")
                        .params(
                                model.value(),
                                version.value(),
                                edge.kind().wire(),
                                edge.target(),
                                json.writeValueAsString(edge.facts()),
                                at.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }
}
