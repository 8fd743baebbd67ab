// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federation.rounds.Past;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The newest snapshot of each federation. The events say all that is in one, so that a snapshot that is damaged, or of another form than
 * this version of the service writes, is passed over: a digest of its bytes is held against it, because a changed digit would be read as
 * a smaller ε.
 */
final class Snapshots {

    /** Of {@link Past} as JSON and of how it is folded; greater with each change of either. */
    static final int FORM = 1;

    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Snapshots(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Keeps one in the transaction of whoever calls; one of a later round stays. */
    void keep(String federation, Past past) {
        String body = json.writeValueAsString(past);
        jdbc.sql("""
                        insert into round_snapshot as old (federation, round, form, sha256, body) values (?, ?, ?, ?, ?)
                        on conflict (federation) do update set
                            round = excluded.round, form = excluded.form, sha256 = excluded.sha256, body = excluded.body
                        where old.round <= excluded.round""")
                .params(federation, past.progress().lastRound(), FORM, digest(body), body)
                .update();
    }

    /** The one of a federation; empty if there is none, or none that can be trusted. */
    Optional<Past> read(String federation) {
        return jdbc.sql("""
                        select round, form, sha256, body from round_snapshot as kept where federation = ? and round <=
                            (select coalesce(max(round), 0) from round_event where federation = kept.federation)""")
                .param(federation)
                .query((row, _) -> read(federation, row))
                .optional()
                .flatMap(past -> past);
    }

    private Optional<Past> read(String federation, ResultSet row) throws SQLException {
        String body = row.getString("body");
        if (row.getInt("form") != FORM || !digest(body).equals(row.getString("sha256"))) {
            log.warn("the snapshot of {} is damaged or of another form: all events are read", federation);
            return Optional.empty();
        }
        try {
            Past past = json.readValue(body, Past.class);
            return past.progress().lastRound() == row.getLong("round") ? Optional.of(past) : Optional.empty();
        } catch (JacksonException e) {
            log.warn("the snapshot of {} can't be read: all events are read", federation, e);
            return Optional.empty();
        }
    }

    private static String digest(String body) {
        return DeviceKeys.sha256(body.getBytes(StandardCharsets.UTF_8));
    }
}
