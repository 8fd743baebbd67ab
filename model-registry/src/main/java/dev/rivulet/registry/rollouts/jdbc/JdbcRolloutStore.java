// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.jdbc;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.rollouts.Decision;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import dev.rivulet.registry.rollouts.RolloutId;
import dev.rivulet.registry.rollouts.RolloutSettings;
import dev.rivulet.registry.rollouts.RolloutStore;
import dev.rivulet.registry.rollouts.RolloutSummary;
import dev.rivulet.registry.rollouts.TimelineEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table of events and what is made of it; the key of an event is what makes two writers of one version impossible. */
@Repository
class JdbcRolloutStore implements RolloutStore {

    private final JdbcClient jdbc;
    private final Projections projections;
    private final RolloutSettings settings;

    JdbcRolloutStore(JdbcClient jdbc, Projections projections, RolloutSettings settings) {
        this.jdbc = jdbc;
        this.projections = projections;
        this.settings = settings;
    }

    @Override
    public Optional<RolloutId> claim(ModelName model, RolloutId rollout) {
        int claimed = jdbc.sql("insert into rollout_active (model, rollout) values (?, ?) on conflict do nothing")
                .params(model.value(), rollout.value())
                .update();
        return claimed == 1
                ? Optional.empty()
                : jdbc.sql("select rollout from rollout_active where model = ?")
                        .param(model.value())
                        .query((row, _) -> new RolloutId(row.getString(1)))
                        .optional();
    }

    @Override
    public void release(ModelName model, RolloutId rollout) {
        jdbc.sql("delete from rollout_active where model = ? and rollout = ?")
                .params(model.value(), rollout.value())
                .update();
    }

    @Override
    public boolean append(Recorded event, Rollout after) {
        int added = jdbc.sql("""
                        insert into rollout_event (rollout, version, type, at, payload)
                        values (:rollout, :version, :type, :at, cast(:payload as jsonb))
                        on conflict do nothing""")
                .param("rollout", event.rollout().value())
                .param("version", event.version())
                .param("type", event.type())
                .param("at", Projections.utc(event.at()))
                .param("payload", RolloutJson.write(event.event()))
                .update();
        if (added == 0) {
            return false;
        }
        projections.project(event, after);
        if (event.version() % settings.snapshotEvery() == 0) {
            snapshot(after);
        }
        return true;
    }

    private void snapshot(Rollout rollout) {
        jdbc.sql("""
                        insert into rollout_snapshot (rollout, version, state)
                        values (:rollout, :version, cast(:state as jsonb))
                        on conflict (rollout) do update set version = excluded.version, state = excluded.state""")
                .param("rollout", rollout.id().value())
                .param("version", rollout.version())
                .param("state", RolloutJson.write(rollout))
                .update();
    }

    @Override
    public Optional<Rollout> load(RolloutId rollout) {
        Rollout snapshot = jdbc.sql("select state from rollout_snapshot where rollout = ?")
                .param(rollout.value())
                .query((row, _) -> RolloutJson.read(row.getString(1), Rollout.class))
                .optional()
                .orElse(null);
        List<Recorded> since = jdbc.sql("""
                        select rollout, version, at, payload from rollout_event
                        where rollout = ? and version > ? order by version""")
                .params(rollout.value(), snapshot == null ? 0L : snapshot.version())
                .query((row, _) -> Projections.event(row))
                .list();
        return snapshot == null && since.isEmpty() ? Optional.empty() : Optional.of(Rollout.of(snapshot, since));
    }

    @Override
    public List<Rollout> active() {
        return jdbc
                .sql("select rollout from rollout_active order by model")
                .query((row, _) -> new RolloutId(row.getString(1)))
                .list()
                .stream()
                .flatMap(id -> load(id).stream())
                .toList();
    }

    @Override
    public Optional<Instant> lastStart(ModelName model) {
        return jdbc.sql("select started_at from rollout_history where model = ? order by started_at desc limit 1")
                .param(model.value())
                .query((row, _) -> instant(row, "started_at"))
                .optional();
    }

    @Override
    public List<RolloutSummary> list(@Nullable ModelName model, boolean active, int limit) {
        return jdbc.sql("""
                        select * from rollout_history
                        where (cast(:model as text) is null or model = :model) and (not :active or ended_at is null)
                        order by started_at desc, rollout limit :limit""")
                .param("model", model == null ? null : model.value())
                .param("active", active)
                .param("limit", limit)
                .query((row, _) -> summary(row))
                .list();
    }

    @Override
    public List<TimelineEntry> timeline(RolloutId rollout) {
        return jdbc.sql("select * from rollout_timeline where rollout = ? order by revision")
                .param(rollout.value())
                .query((row, _) -> entry(row))
                .list();
    }

    @Override
    public List<TimelineEntry> timeline(ModelName model, int limit) {
        return jdbc.sql("select * from rollout_timeline where model = ? order by at desc, revision desc limit ?")
                .params(model.value(), limit)
                .query((row, _) -> entry(row))
                .list();
    }

    @Override
    public Rebuilt rebuild() {
        return projections.rebuild();
    }

    private static RolloutSummary summary(ResultSet row) throws SQLException {
        OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
        return new RolloutSummary(
                new RolloutId(row.getString("rollout")),
                row.getString("model"),
                row.getString("baseline"),
                row.getString("candidate"),
                row.getString("state"),
                row.getInt("percent"),
                row.getLong("revision"),
                row.getString("reason"),
                row.getString("decided_by"),
                instant(row, "started_at"),
                instant(row, "changed_at"),
                ended == null ? null : ended.toInstant());
    }

    private static TimelineEntry entry(ResultSet row) throws SQLException {
        return new TimelineEntry(
                new RolloutId(row.getString("rollout")),
                row.getLong("revision"),
                row.getString("model"),
                instant(row, "at"),
                row.getString("event"),
                row.getString("state"),
                row.getInt("percent"),
                RolloutJson.read(row.getString("decision"), Decision.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
