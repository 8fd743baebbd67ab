// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.jdbc;

import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.mlflow.UploadStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One row for a file. */
@Repository
class JdbcUploadStore implements UploadStore {

    private final JdbcClient jdbc;

    JdbcUploadStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void put(String folder, ModelFile file, Instant at) {
        jdbc.sql("""
                        insert into mlflow_upload (folder, path, sha256, size_bytes, created_at) values (?, ?, ?, ?, ?)
                        on conflict (folder, path) do update set
                            sha256 = excluded.sha256, size_bytes = excluded.size_bytes, created_at = excluded.created_at""")
                .params(folder, file.path(), file.sha256().hex(), file.size(), at.atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    public List<ModelFile> files(String folder) {
        return jdbc.sql("select * from mlflow_upload where folder = ? order by path collate \"C\"")
                .param(folder)
                .query((row, _) -> new ModelFile(
                        row.getString("path"), new Sha256(row.getString("sha256")), row.getLong("size_bytes")))
                .list();
    }

    @Override
    public int count(String folder) {
        return jdbc.sql("select count(*) from mlflow_upload where folder = ?")
                .param(folder)
                .query(Integer.class)
                .single();
    }

    @Override
    public int count() {
        return jdbc.sql("select count(*) from mlflow_upload")
                .query(Integer.class)
                .single();
    }

    @Override
    public void forget(String folder) {
        jdbc.sql("delete from mlflow_upload where folder = ?").param(folder).update();
    }

    @Override
    public void forgetBefore(Instant moment) {
        jdbc.sql("delete from mlflow_upload where created_at < ?")
                .param(moment.atOffset(ZoneOffset.UTC))
                .update();
    }
}
