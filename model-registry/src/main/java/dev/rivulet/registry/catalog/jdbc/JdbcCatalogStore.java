// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.CatalogStore;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelDetails;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.Task;
import dev.rivulet.registry.catalog.VersionName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Four tables; the row of the model is the lock of everything below it. */
@Repository
class JdbcCatalogStore implements CatalogStore {

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcCatalogStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
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
                .query((row, _) -> model(row))
                .optional();
    }

    @Override
    public Optional<Model> lock(ModelName name) {
        return jdbc.sql("select * from model where name = :name for update")
                .param("name", name.value())
                .query((row, _) -> model(row))
                .optional();
    }

    @Override
    public List<Model> list(@Nullable ModelName after, int limit) {
        return jdbc.sql(
                        "select * from model where name collate \"C\" > :after order by name collate \"C\" limit :limit")
                .param("after", after == null ? "" : after.value())
                .param("limit", limit)
                .query((row, _) -> model(row))
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
                .query((row, _) -> model(row))
                .single();
    }

    private Model model(ResultSet row) throws SQLException {
        ModelName name = new ModelName(row.getString("name"));
        return new Model(
                name,
                Task.parse(row.getString("task"), "task"),
                row.getString("description"),
                row.getLong("revision"),
                instant(row, "created_at"),
                instant(row, "changed_at"),
                versions(name),
                aliases(name),
                new ModelDetails(
                        new TreeMap<>(json.readValue(row.getString("tags"), TAGS)),
                        row.getString("license"),
                        !row.getString("card").isEmpty()));
    }

    private List<ModelVersion> versions(ModelName model) {
        Map<String, List<ModelFile>> files = new TreeMap<>();
        jdbc.sql("select * from model_file where model = ? order by version, path collate \"C\"")
                .param(model.value())
                .query((ResultSet row) -> {
                    files.computeIfAbsent(row.getString("version"), _ -> new ArrayList<>())
                            .add(new ModelFile(
                                    row.getString("path"),
                                    new Sha256(row.getString("sha256")),
                                    row.getLong("size_bytes")));
                });
        return jdbc.sql("select * from model_version where model = ? order by created_at, version")
                .param(model.value())
                .query((row, _) -> new ModelVersion(
                        new VersionName(row.getString("version")),
                        files.getOrDefault(row.getString("version"), List.of()),
                        json.readValue(row.getString("tags"), TAGS),
                        instant(row, "created_at"),
                        json.readValue(row.getString("labels"), TAGS),
                        row.getString("description")))
                .list();
    }

    private SortedMap<AliasName, VersionName> aliases(ModelName model) {
        SortedMap<AliasName, VersionName> aliases = new TreeMap<>();
        jdbc.sql("select * from model_alias where model = ?")
                .param(model.value())
                .query((ResultSet row) -> {
                    aliases.put(new AliasName(row.getString("alias")), new VersionName(row.getString("version")));
                });
        return aliases;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
