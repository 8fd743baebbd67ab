// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.AliasName;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads models from rows of the catalogue's tables, or from rows of the same columns.
 *
 * @param jdbc the database
 * @param json reads tags
 * @param relation what stands for a table in a query, by the table's name
 * @param given binds what the relations want besides {@code model}, the model's name
 */
record ModelRows(JdbcClient jdbc, JsonMapper json, UnaryOperator<String> relation, UnaryOperator<StatementSpec> given) {

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    /** The rows of the tables themselves. */
    static ModelRows live(JdbcClient jdbc, JsonMapper json) {
        return new ModelRows(jdbc, json, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** A query of one model's rows: what is selected from a table, and what follows its name. */
    StatementSpec query(String selected, String table, String rest, ModelName model) {
        return given.apply(jdbc.sql(selected + " from " + relation.apply(table) + " " + rest)
                .param("model", model.value()));
    }

    /** Models from rows of {@code model}, with everything that belongs to them. */
    RowMapper<Model> models() {
        return (row, _) -> model(row);
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
        query("select *", "model_file", "where model = :model order by version, path collate \"C\"", model)
                .query((ResultSet row) -> {
                    files.computeIfAbsent(row.getString("version"), _ -> new ArrayList<>())
                            .add(new ModelFile(
                                    row.getString("path"),
                                    new Sha256(row.getString("sha256")),
                                    row.getLong("size_bytes")));
                });
        return query("select *", "model_version", "where model = :model order by created_at, version", model)
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
        query("select *", "model_alias", "where model = :model", model).query((ResultSet row) -> {
            aliases.put(new AliasName(row.getString("alias")), new VersionName(row.getString("version")));
        });
        return aliases;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
