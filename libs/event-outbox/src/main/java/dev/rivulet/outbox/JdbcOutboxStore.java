// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** One statement a method; {@code FOR UPDATE SKIP LOCKED} keeps relays from waiting for each other. */
class JdbcOutboxStore implements OutboxStore {

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcOutboxStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public void append(Fact fact) {
        jdbc.sql("""
                        insert into outbox (id, topic, aggregate, headers, payload)
                        values (:id, :topic, :aggregate, cast(:headers as jsonb), :payload)""")
                .param("id", fact.id())
                .param("topic", fact.topic())
                .param("aggregate", fact.aggregate())
                .param("headers", json.writeValueAsString(fact.headers()))
                .param("payload", fact.payload())
                .update();
    }

    @Override
    public Optional<Leased> lease(UUID relay, Duration time, Duration longestWait) {
        return jdbc.sql("""
                        update outbox
                        set leased_by = :relay,
                            leased_until = clock_timestamp() + make_interval(secs => :seconds),
                            attempts = attempts + 1
                        where seq = (
                            select o.seq from outbox o
                            where o.sent_at is null
                              and (o.next_attempt_at <= clock_timestamp()
                                  or o.next_attempt_at > clock_timestamp() + make_interval(secs => 2 * :wait))
                              and (o.leased_until is null or o.leased_until < clock_timestamp()
                                  or o.leased_until > clock_timestamp() + make_interval(secs => 2 * :seconds))
                              and not exists (
                                  select 1 from outbox e
                                  where e.sent_at is null and e.topic = o.topic and e.aggregate = o.aggregate
                                    and e.seq < o.seq)
                            order by o.seq
                            limit 1
                            for update skip locked)
                        returning seq, id, topic, aggregate, headers, payload, attempts""")
                .param("relay", relay)
                .param("seconds", time.toMillis() / 1000.0)
                .param("wait", longestWait.toMillis() / 1000.0)
                .query((row, _) -> leased(row))
                .optional();
    }

    private Leased leased(ResultSet row) throws SQLException {
        Fact fact = new Fact(
                row.getObject("id", UUID.class),
                row.getString("topic"),
                row.getString("aggregate"),
                json.readValue(row.getString("headers"), HEADERS),
                row.getBytes("payload"));
        return new Leased(fact, row.getLong("seq"), row.getInt("attempts"));
    }

    @Override
    public void sent(Leased fact, UUID relay) {
        jdbc.sql("""
                        update outbox set sent_at = clock_timestamp(), leased_until = null, last_error = null
                        where seq = :seq and leased_by = :relay and sent_at is null""").param("seq", fact.seq()).param("relay", relay).update();
    }

    @Override
    public void failed(Leased fact, UUID relay, Duration wait, String reason) {
        jdbc.sql("""
                        update outbox
                        set next_attempt_at = clock_timestamp() + make_interval(secs => :seconds),
                            leased_until = null, leased_by = null, last_error = :reason
                        where seq = :seq and leased_by = :relay and sent_at is null""")
                .param("seq", fact.seq())
                .param("relay", relay)
                .param("seconds", wait.toMillis() / 1000.0)
                .param("reason", reason)
                .update();
    }

    @Override
    public Duration oldestUnsentAge() {
        Double seconds = jdbc.sql("""
                        select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
                        from outbox where sent_at is null""").query(Double.class).single();
        return Duration.ofMillis(Math.max(0, Math.round(seconds * 1000)));
    }

    @Override
    public int purge(Duration age, int limit) {
        return jdbc.sql("""
                        delete from outbox where seq in (
                            select seq from outbox
                            where sent_at < clock_timestamp() - make_interval(secs => :seconds)
                            limit :limit
                            for update skip locked)""")
                .param("seconds", age.toMillis() / 1000.0)
                .param("limit", limit)
                .update();
    }
}
