// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication.jdbc;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.VersionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Two tables. */
@Repository
class JdbcVersionStore implements VersionStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcVersionStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public void begin(String federation, Layout layout) {
        jdbc.sql("insert into model_layout (federation, tensors) values (?, cast(? as jsonb))")
                .params(federation, json.writeValueAsString(layout))
                .update();
    }

    @Override
    public Optional<Layout> layout(String federation) {
        return jdbc.sql("select tensors from model_layout where federation = ?")
                .param(federation)
                .query(String.class)
                .optional()
                .map(tensors -> json.readValue(tensors, Layout.class));
    }

    @Override
    public void put(ModelVersion version, Instant now) {
        jdbc.sql("""
                        insert into model_version (federation, version, sha256, round, created_at)
                        values (:federation, :version, :sha256, :round, :now)
                        on conflict (federation, version) do update
                        set sha256 = excluded.sha256, round = excluded.round, created_at = excluded.created_at
                        where model_version.published_at is null""")
                .param("federation", version.federation())
                .param("version", version.version())
                .param("sha256", version.sha256())
                .param("round", version.round())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    public void publish(String federation, long version, Instant now) {
        jdbc.sql("update model_version set published_at = ? where federation = ? and version = ?"
                        + " and published_at is null")
                .params(now.atOffset(ZoneOffset.UTC), federation, version)
                .update();
    }

    @Override
    public Optional<ModelVersion> find(String federation, long version) {
        return jdbc.sql("select * from model_version where federation = ? and version = ?")
                .params(federation, version)
                .query((row, _) -> version(row))
                .optional();
    }

    private static ModelVersion version(ResultSet row) throws SQLException {
        return new ModelVersion(
                row.getString("federation"),
                row.getLong("version"),
                row.getString("sha256"),
                row.getObject("round", Long.class),
                row.getObject("published_at") != null);
    }
}
