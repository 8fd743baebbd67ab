// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.jdbc;

import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.RolloutEvent;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import dev.rivulet.registry.rollouts.RolloutId;
import dev.rivulet.registry.rollouts.RolloutStore.Rebuilt;
import dev.rivulet.registry.rollouts.RolloutSummary;
import dev.rivulet.registry.rollouts.TimelineEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The two projections, made from the events by one and the same code as they happen and when they are made anew. A rebuild holds
 * back writers, and readers see the old rows until it is committed.
 */
@Component
class Projections {

    private static final int BATCH = 1000;

    private static final String HISTORY = """
            insert into rollout_history (rollout, model, baseline, candidate, state, percent, revision, reason, decided_by,
                                         started_at, changed_at, ended_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (rollout) do update set state = excluded.state, percent = excluded.percent,
                revision = excluded.revision, reason = excluded.reason, decided_by = excluded.decided_by,
                changed_at = excluded.changed_at, ended_at = excluded.ended_at""";

    private static final String TIMELINE = """
            insert into rollout_timeline (rollout, revision, model, at, event, state, percent, decision)
            values (?, ?, ?, ?, ?, ?, ?, cast(? as jsonb))""";

    private final JdbcTemplate jdbc;
    private final JdbcTemplate streaming;

    Projections(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.streaming = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        this.streaming.setFetchSize(BATCH);
    }

    /** Takes in one event. */
    void project(Recorded event, Rollout after) {
        Rows rows = new Rows();
        rows.add(event, after);
        rows.flush();
    }

    /** Drops all rows and takes in every event again. */
    Rebuilt rebuild() {
        jdbc.execute("lock table rollout_event in share mode");
        String before = digest();
        jdbc.update("delete from rollout_timeline");
        jdbc.update("delete from rollout_history");
        Rows rows = new Rows();
        Map<RolloutId, Rollout> going = new HashMap<>();
        long[] counts = new long[2];
        streaming.query("select rollout, version, at, payload from rollout_event order by seq", (ResultSet row) -> {
            Recorded event = event(row);
            Rollout after = Rollout.of(going.get(event.rollout()), List.of(event));
            counts[0]++;
            counts[1] += event.version() == 1 ? 1 : 0;
            // What has ended gets no more events: only those under way are kept in memory.
            if (after.active()) {
                going.put(after.id(), after);
            } else {
                going.remove(after.id());
            }
            rows.add(event, after);
        });
        rows.flush();
        return new Rebuilt(counts[0], counts[1], before, digest());
    }

    /** SHA-256 of all rows as the database prints them, in the order of their keys. */
    private String digest() {
        MessageDigest sha256 = sha256();
        for (String query : List.of(
                "select t::text from rollout_history t order by rollout",
                "select t::text from rollout_timeline t order by rollout, revision")) {
            streaming.query(query, (ResultSet row) -> {
                sha256.update(row.getString(1).getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) '\n');
            });
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    static Recorded event(ResultSet row) throws SQLException {
        return new Recorded(
                new RolloutId(row.getString("rollout")),
                row.getLong("version"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                RolloutJson.read(row.getString("payload"), RolloutEvent.class));
    }

    static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable OffsetDateTime utcOrNull(@Nullable Instant at) {
        return at == null ? null : utc(at);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Rows to be written, in batches; of the history only the last of each rollout. */
    private final class Rows {

        private final Map<String, RolloutSummary> history = new HashMap<>();
        private final List<TimelineEntry> timeline = new ArrayList<>();

        void add(Recorded event, Rollout after) {
            RolloutSummary line =
                    RolloutSummary.of(after, event.event().decision().by());
            history.put(line.rollout().value(), line);
            timeline.add(TimelineEntry.of(event, after));
            if (timeline.size() >= BATCH) {
                flush();
            }
        }

        void flush() {
            jdbc.batchUpdate(HISTORY, history.values(), BATCH, (row, line) -> {
                row.setString(1, line.rollout().value());
                row.setString(2, line.model());
                row.setString(3, line.baseline());
                row.setString(4, line.candidate());
                row.setString(5, line.state());
                row.setInt(6, line.percent());
                row.setLong(7, line.revision());
                row.setString(8, line.reason());
                row.setString(9, line.by());
                row.setObject(10, utc(line.startedAt()));
                row.setObject(11, utc(line.changedAt()));
                row.setObject(12, utcOrNull(line.endedAt()));
            });
            jdbc.batchUpdate(TIMELINE, timeline, BATCH, (row, entry) -> {
                row.setString(1, entry.rollout().value());
                row.setLong(2, entry.revision());
                row.setString(3, entry.model());
                row.setObject(4, utc(entry.at()));
                row.setString(5, entry.event());
                row.setString(6, entry.state());
                row.setInt(7, entry.percent());
                row.setString(8, RolloutJson.write(entry.decision()));
            });
            history.clear();
            timeline.clear();
        }
    }
}
