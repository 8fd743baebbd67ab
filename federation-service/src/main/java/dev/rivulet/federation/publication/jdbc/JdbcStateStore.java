// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication.jdbc;

import dev.rivulet.federation.publication.StateStore;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One table. */
@Repository
class JdbcStateStore implements StateStore {

    private final JdbcClient jdbc;

    JdbcStateStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void put(String federation, long version, Row row) {
        jdbc.sql("""
                        insert into server_state (federation, version, model, sha256, clip)
                        values (:federation, :version, :model, :sha256, :clip)
                        on conflict (federation, version) do update
                        set model = excluded.model, sha256 = excluded.sha256, clip = excluded.clip""")
                .param("federation", federation)
                .param("version", version)
                .param("model", row.model())
                .param("sha256", row.sha256())
                .param("clip", row.clip())
                .update();
    }

    @Override
    public Optional<Row> find(String federation, long version) {
        return jdbc.sql("select model, sha256, clip from server_state where federation = ? and version = ?")
                .params(federation, version)
                .query((row, _) ->
                        new Row(row.getString("model"), row.getString("sha256"), row.getObject("clip", Double.class)))
                .optional();
    }

    @Override
    public List<Old> before(String federation, long version) {
        return jdbc.sql("select version from server_state where federation = ? and version < ?")
                .params(federation, version)
                .query((row, _) -> new Old(row.getLong("version")))
                .list();
    }

    @Override
    public void delete(String federation, long version) {
        jdbc.sql("delete from server_state where federation = ? and version = ?")
                .params(federation, version)
                .update();
    }
}
