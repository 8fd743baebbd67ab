// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover.jdbc;

import dev.rivulet.federation.handover.Destination;
import dev.rivulet.federation.handover.Handover;
import dev.rivulet.federation.handover.HandoverStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Two tables; {@code FOR UPDATE SKIP LOCKED} keeps processes from waiting for each other. */
@Repository
class JdbcHandoverStore implements HandoverStore {

    private static final TypeReference<Map<String, String>> FACTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcHandoverStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public Optional<Destination> destination(String federation) {
        return jdbc.sql("select destination from handover_destination where federation = ?")
                .param(federation)
                .query(String.class)
                .optional()
                .map(text -> json.readValue(text, Destination.class));
    }

    @Override
    public void destination(String federation, @Nullable Destination destination) {
        if (destination == null) {
            jdbc.sql("delete from handover_destination where federation = ?")
                    .param(federation)
                    .update();
            return;
        }
        jdbc.sql("insert into handover_destination (federation, destination) values (?, cast(? as jsonb))"
                        + " on conflict (federation) do update set destination = excluded.destination")
                .params(federation, json.writeValueAsString(destination))
                .update();
    }

    @Override
    public void add(
            String federation,
            long version,
            long round,
            String sha256,
            Destination destination,
            Map<String, String> facts,
            Instant now) {
        jdbc.sql("""
                        insert into handover (federation, version, round, sha256, destination, facts, created_at, next_attempt_at)
                        values (:federation, :version, :round, :sha256, cast(:destination as jsonb), cast(:facts as jsonb), :now, :now)
                        on conflict do nothing""")
                .param("federation", federation)
                .param("version", version)
                .param("round", round)
                .param("sha256", sha256)
                .param("destination", json.writeValueAsString(destination))
                .param("facts", json.writeValueAsString(facts))
                .param("now", at(now))
                .update();
    }

    @Override
    public Optional<Leased> lease(Instant now, Duration time) {
        return jdbc.sql("""
                        update handover set next_attempt_at = :until, attempts = attempts + 1
                        where (federation, version) = (
                            select h.federation, h.version from handover h
                            where h.state = 'due' and h.next_attempt_at <= :now
                              and not exists (
                                  select 1 from handover e
                                  where e.state = 'due' and e.federation = h.federation and e.version < h.version)
                            order by h.next_attempt_at limit 1
                            for update skip locked)
                        returning *""")
                .param("until", at(now.plus(time)))
                .param("now", at(now))
                .query((row, _) -> new Leased(handover(row), row.getInt("attempts")))
                .optional()
                .map(this::withParent);
    }

    private Handover handover(ResultSet row) throws SQLException {
        return new Handover(
                row.getString("federation"),
                row.getLong("version"),
                row.getLong("round"),
                row.getString("sha256"),
                json.readValue(row.getString("destination"), Destination.class),
                json.readValue(row.getString("facts"), FACTS),
                null);
    }

    /** Those before it are done or refused by now, and stay so. */
    private Leased withParent(Leased leased) {
        Handover one = leased.handover();
        String parent = jdbc.sql("select * from handover where federation = ? and version < ? and state = 'done'"
                        + " order by version desc limit 1")
                .params(one.federation(), one.version())
                .query((row, _) -> handover(row))
                .optional()
                .map(before -> before.destination().model() + "/" + before.name())
                .orElse(null);
        Handover whole = new Handover(
                one.federation(), one.version(), one.round(), one.sha256(), one.destination(), one.facts(), parent);
        return new Leased(whole, leased.attempts());
    }

    @Override
    public void done(Handover handover, String rollout, Instant now) {
        jdbc.sql("update handover set state = 'done', rollout = ?, error = null, ended_at = ?"
                        + " where federation = ? and version = ?")
                .params(rollout, at(now), handover.federation(), handover.version())
                .update();
    }

    @Override
    public void failed(Handover handover, String why, Instant next) {
        jdbc.sql("update handover set next_attempt_at = ?, error = ? where federation = ? and version = ?"
                        + " and state = 'due'")
                .params(at(next), why, handover.federation(), handover.version())
                .update();
    }

    @Override
    public void refused(Handover handover, String why, Instant now) {
        jdbc.sql("update handover set state = 'refused', error = ?, ended_at = ? where federation = ? and version = ?"
                        + " and state = 'due'")
                .params(why, at(now), handover.federation(), handover.version())
                .update();
    }

    @Override
    public List<Course> newest(String federation, int most) {
        return jdbc.sql("select * from handover where federation = ? order by version desc limit ?")
                .params(federation, most)
                .query((row, _) -> course(row))
                .list();
    }

    private Course course(ResultSet row) throws SQLException {
        Handover handover = handover(row);
        return new Course(
                handover.version(),
                handover.round(),
                handover.destination().model(),
                handover.name(),
                row.getString("state"),
                row.getInt("attempts"),
                row.getString("rollout"),
                row.getString("error"));
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
