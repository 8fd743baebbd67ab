// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The newest report of each instance; one that was silent for a day is forgotten, and of one application the newest 500 stay. */
final class ReportStore {

    static final int MOST_INSTANCES = 500;
    static final Duration KEPT = Duration.ofDays(1);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcClient jdbc;

    ReportStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps the newer of two reports of one instance: each server of several reads the same ones. */
    void put(Report report) {
        jdbc.sql("""
                        insert into config_applied (instance, application, profiles, revisions, refused, at)
                        values (?, ?, ?, ?, ?, ?) on conflict (instance) do update
                        set application = excluded.application, profiles = excluded.profiles, revisions = excluded.revisions,
                            refused = excluded.refused, at = excluded.at
                        where config_applied.at <= excluded.at""")
                .params(
                        report.instance(),
                        report.application(),
                        JSON.writeValueAsString(report.profiles()),
                        JSON.writeValueAsString(report.revisions()),
                        JSON.writeValueAsString(report.refused()),
                        Timestamp.from(report.at()))
                .update();
        jdbc.sql("""
                        delete from config_applied where at < ? or instance in (
                            select instance from config_applied where application = ? order by at desc offset ?)""")
                .params(Timestamp.from(report.at().minus(KEPT)), report.application(), MOST_INSTANCES)
                .update();
    }

    /** By application, or of all of them. */
    List<Report> of(String application, boolean all, Instant now) {
        return jdbc.sql("""
                        select instance, application, profiles, revisions, refused, at from config_applied
                        where (application = ? or ?) and at >= ? order by application, instance limit ?""")
                .params(application, all, Timestamp.from(now.minus(KEPT)), MOST_INSTANCES)
                .query((row, _) -> new Report(
                        row.getString(1),
                        row.getString(2),
                        JSON.readValue(row.getString(3), new TypeReference<List<String>>() {}),
                        JSON.readValue(row.getString(4), new TypeReference<Map<String, Map<String, Long>>>() {}),
                        JSON.readValue(row.getString(5), new TypeReference<Map<String, String>>() {}),
                        row.getTimestamp(6).toInstant()))
                .list();
    }
}
