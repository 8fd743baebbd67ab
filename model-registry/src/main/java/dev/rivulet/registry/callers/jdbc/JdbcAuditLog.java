// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers.jdbc;

import dev.rivulet.registry.callers.AuditEntry;
import dev.rivulet.registry.callers.AuditLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** One table, which a trigger keeps from being changed. */
@Repository
class JdbcAuditLog implements AuditLog {

    private final JdbcClient jdbc;

    JdbcAuditLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void add(AuditEntry entry) {
        jdbc.sql("""
                        insert into audit (at, who, person, action, target, status, outcome, request_id)
                        values (:at, :who, :person, :action, :target, :status, :outcome, :request)""")
                .param("at", utc(entry.at()))
                .param("who", entry.who())
                .param("person", entry.person(), Types.VARCHAR)
                .param("action", entry.action())
                .param("target", entry.target())
                .param("status", entry.status())
                .param("outcome", entry.outcome())
                .param("request", entry.requestId())
                .update();
    }

    @Override
    public List<AuditEntry> find(Query query) {
        return jdbc.sql("""
                        select id, at, who, person, action, target, status, outcome, request_id from audit
                        where (cast(:who as text) is null or who = :who or person = :who)
                          and (cast(:target as text) is null or starts_with(target, :target))
                          and (cast(:outcome as text) is null or outcome = :outcome)
                          and (cast(:since as timestamptz) is null or at >= :since)
                          and (cast(:until as timestamptz) is null or at < :until)
                          and (cast(:before as bigint) is null or id < :before)
                        order by id desc limit :limit""")
                .param("who", query.who(), Types.VARCHAR)
                .param("target", query.target(), Types.VARCHAR)
                .param("outcome", query.outcome(), Types.VARCHAR)
                .param("since", utc(query.since()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("until", utc(query.until()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("before", query.before(), Types.BIGINT)
                .param("limit", query.limit())
                .query(JdbcAuditLog::entry)
                .list();
    }

    private static AuditEntry entry(ResultSet row, int number) throws SQLException {
        return new AuditEntry(
                row.getLong("id"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("who"),
                row.getString("person"),
                row.getString("action"),
                row.getString("target"),
                row.getInt("status"),
                row.getString("outcome"),
                row.getString("request_id"));
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
