// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.CatalogStore;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.Task;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Four tables; the row of the model is the lock of everything below it. */
@Repository
class JdbcCatalogStore implements CatalogStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final ModelRows rows;

    JdbcCatalogStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.rows = ModelRows.live(jdbc, json);
    }

    @Override
    public boolean insert(ModelName name, Task task, String description, Instant at) {
        return jdbc.sql("""
                                insert into model (name, task, description, revision, created_at, changed_at)
                                values (:name, :task, :description,
                                        1 + coalesce((select revision from removed_model where name = :name), 0), :at, :at)
                                on conflict do nothing""")
                        .param("name", name.value())
                        .param("task", task.wire())
                        .param("description", description)
                        .param("at", utc(at))
                        .update()
                == 1;
    }

    @Override
    public Optional<Model> find(ModelName name) {
        return jdbc.sql("select * from model where name = :name")
                .param("name", name.value())
                .query(rows.models())
                .optional();
    }

    @Override
    public Optional<Model> lock(ModelName name) {
        return jdbc.sql("select * from model where name = :name for update")
                .param("name", name.value())
                .query(rows.models())
                .optional();
    }

    @Override
    public List<Model> list(@Nullable ModelName after, int limit) {
        return jdbc.sql(
                        "select * from model where name collate \"C\" > :after order by name collate \"C\" limit :limit")
                .param("after", after == null ? "" : after.value())
                .param("limit", limit)
                .query(rows.models())
                .list();
    }

    @Override
    public int count() {
        return jdbc.sql("select count(*) from model").query(Integer.class).single();
    }

    @Override
    public void addVersion(ModelName model, ModelVersion version) {
        jdbc.sql("""
                        insert into model_version (model, version, tags, created_at)
                        values (:model, :version, cast(:tags as jsonb), :at)""")
                .param("model", model.value())
                .param("version", version.name().value())
                .param("tags", json.writeValueAsString(version.tags()))
                .param("at", utc(version.createdAt()))
                .update();
        for (ModelFile file : version.files()) {
            jdbc.sql("insert into model_file (model, version, path, sha256, size_bytes) values (?, ?, ?, ?, ?)")
                    .params(
                            model.value(),
                            version.name().value(),
                            file.path(),
                            file.sha256().hex(),
                            file.size())
                    .update();
        }
    }

    @Override
    public void putAlias(ModelName model, AliasName alias, VersionName version) {
        jdbc.sql("""
                        insert into model_alias (model, alias, version) values (?, ?, ?)
                        on conflict (model, alias) do update set version = excluded.version""").params(model.value(), alias.value(), version.value()).update();
    }

    @Override
    public void removeAlias(ModelName model, AliasName alias) {
        jdbc.sql("delete from model_alias where model = ? and alias = ?")
                .params(model.value(), alias.value())
                .update();
    }

    @Override
    public Model bump(ModelName model, Instant at) {
        return jdbc.sql("update model set revision = revision + 1, changed_at = :at where name = :name returning *")
                .param("name", model.value())
                .param("at", utc(at))
                .query(rows.models())
                .single();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
