// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages.jdbc;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.stages.Stage;
import dev.rivulet.registry.stages.StageRequest;
import dev.rivulet.registry.stages.StageRequest.State;
import dev.rivulet.registry.stages.StageStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Two tables. */
@Repository
class JdbcStageStore implements StageStore {

    private final JdbcClient jdbc;

    JdbcStageStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<VersionName, Stage> stages(ModelName model) {
        Map<VersionName, Stage> stages = new HashMap<>();
        jdbc.sql("select version, stage from version_stage where model = ?")
                .param(model.value())
                .query((ResultSet row) -> {
                    stages.put(new VersionName(row.getString("version")), Stage.parse(row.getString("stage"), "stage"));
                });
        return stages;
    }

    @Override
    public void put(ModelName model, VersionName version, Stage stage, Instant at) {
        jdbc.sql("""
                        insert into version_stage (model, version, stage, since) values (?, ?, ?, ?)
                        on conflict (model, version) do update set stage = excluded.stage, since = excluded.since""")
                .params(model.value(), version.value(), stage.wire(), utc(at))
                .update();
    }

    @Override
    public Optional<StageRequest> ask(Asked request) {
        return jdbc.sql("""
                        insert into stage_request (model, version, commit, from_stage, stage, reason, asked_by, asked_at, state)
                        values (:model, :version, :commit, :from, :stage, :reason, :by, :at, :state)
                        on conflict (model, version) where state = 'pending' do nothing
                        returning *""")
                .param("model", request.model().value())
                .param("version", request.version().value())
                .param("commit", request.commit())
                .param("from", request.from().wire())
                .param("stage", request.stage().wire())
                .param("reason", request.reason())
                .param("by", request.by())
                .param("at", utc(request.at()))
                .param("state", request.state().wire())
                .query((row, _) -> request(row))
                .optional();
    }

    @Override
    public Optional<StageRequest> lock(long id) {
        return jdbc.sql("select * from stage_request where id = ? for update")
                .param(id)
                .query((row, _) -> request(row))
                .optional();
    }

    @Override
    public StageRequest decide(long id, State state, String by, String reason, Instant at) {
        return jdbc.sql("""
                        update stage_request set state = ?, decided_by = ?, decided_reason = ?, decided_at = ?
                        where id = ? returning *""")
                .params(state.wire(), by, reason, utc(at), id)
                .query((row, _) -> request(row))
                .single();
    }

    @Override
    public List<StageRequest> requests(ModelName model, int limit) {
        return jdbc.sql("select * from stage_request where model = ? order by id desc limit ?")
                .params(model.value(), limit)
                .query((row, _) -> request(row))
                .list();
    }

    private static StageRequest request(ResultSet row) throws SQLException {
        return new StageRequest(
                row.getLong("id"),
                new ModelName(row.getString("model")),
                new VersionName(row.getString("version")),
                row.getString("commit"),
                Stage.parse(row.getString("from_stage"), "stage"),
                Stage.parse(row.getString("stage"), "stage"),
                row.getString("reason"),
                row.getString("asked_by"),
                row.getObject("asked_at", OffsetDateTime.class).toInstant(),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("decided_by"),
                instant(row.getObject("decided_at", OffsetDateTime.class)),
                row.getString("decided_reason"));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
