// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.catalog.CurationStore;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Columns beside those of the catalogue. */
@Repository
class JdbcCurationStore implements CurationStore {

    private final JdbcClient jdbc;

    JdbcCurationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void describe(ModelName model, String description, String license) {
        update("update model set description = ?, license = ? where name = ?", description, license, model.value());
    }

    @Override
    public void describe(ModelName model, VersionName version, String description) {
        update(
                "update model_version set description = ? where model = ? and version = ?",
                description,
                model.value(),
                version.value());
    }

    @Override
    public String card(ModelName model) {
        return jdbc.sql("select card from model where name = ?")
                .param(model.value())
                .query(String.class)
                .single();
    }

    @Override
    public void putCard(ModelName model, String card) {
        update("update model set card = ? where name = ?", card, model.value());
    }

    @Override
    public void putTag(ModelName model, String key, String value) {
        update(
                "update model set tags = tags || jsonb_build_object(cast(? as text), cast(? as text)) where name = ?",
                key,
                value,
                model.value());
    }

    @Override
    public void removeTag(ModelName model, String key) {
        update("update model set tags = tags - cast(? as text) where name = ?", key, model.value());
    }

    @Override
    public void putLabel(ModelName model, VersionName version, String key, String value) {
        update("""
                update model_version set labels = labels || jsonb_build_object(cast(? as text), cast(? as text))
                where model = ? and version = ?""", key, value, model.value(), version.value());
    }

    @Override
    public void removeLabel(ModelName model, VersionName version, String key) {
        update(
                "update model_version set labels = labels - cast(? as text) where model = ? and version = ?",
                key,
                model.value(),
                version.value());
    }

    @Override
    public void removeVersion(ModelName model, VersionName version) {
        update("delete from model_file where model = ? and version = ?", model.value(), version.value());
        update("delete from model_version where model = ? and version = ?", model.value(), version.value());
    }

    @Override
    public void removeModel(Model model) {
        String name = model.name().value();
        update("delete from model_alias where model = ?", name);
        update("delete from model_file where model = ?", name);
        update("delete from model_version where model = ?", name);
        update("delete from model where name = ?", name);
        update("""
                insert into removed_model (name, revision) values (?, ?)
                on conflict (name) do update set revision = excluded.revision""", name, model.revision());
    }

    private void update(String sql, Object... params) {
        jdbc.sql(sql).params(params).update();
    }
}
