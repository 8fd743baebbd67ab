// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.jdbc;

import dev.rivulet.reading.DeadLetter;
import dev.rivulet.registry.deadletters.Letter;
import dev.rivulet.registry.deadletters.Letter.Decision;
import dev.rivulet.registry.deadletters.Letter.State;
import dev.rivulet.registry.deadletters.LetterStore;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One row for a letter. Changes take turns by a lock of the database, so that no letter slips past the one it waits for. */
@Repository
class JdbcLetterStore implements LetterStore {

    private static final long CHANGES = 4_040;
    private static final long SENDING = 4_041;

    private static final String BEFORE_IT = """
            from dead_letter e where e.reader = :reader and e.topic = :topic and e.aggregate = :aggregate
              and e.aggregate <> '' and e.state = 'parked' and e.cause <> 'waiting'""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final LetterRows rows;

    JdbcLetterStore(JdbcClient jdbc, PlatformTransactionManager transactions, LetterRows rows) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.rows = rows;
    }

    @Override
    public void change(Runnable work) {
        transactions.executeWithoutResult(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(?)")
                    .param(CHANGES)
                    .query((row, _) -> true)
                    .single();
            work.run();
        });
    }

    @Override
    public void receive(DeadLetter letter, Instant now) {
        jdbc.sql("""
                        insert into dead_letter as d (id, reader, topic, record_partition, record_offset, recorded_at,
                            record_key, aggregate, cause, reason, exception, stack, attempts, round, dropped_bytes, headers,
                            payload, state, parked_at)
                        values (:id, :reader, :topic, :partition, :offset, :recorded, :key, :aggregate, :cause, :reason,
                            :exception, :stack, :attempts, :round, :dropped, cast(:headers as jsonb), :payload, 'parked', :now)
                        on conflict (id) do update set cause = excluded.cause, reason = excluded.reason,
                            exception = excluded.exception, stack = excluded.stack, attempts = excluded.attempts,
                            round = excluded.round, state = 'parked', parked_at = excluded.parked_at
                        where d.round <= excluded.round and d.state = 'replayed'""").params(rows.params(letter)).param("now", at(now)).update();
    }

    @Override
    public List<Letter> list(Filter filter) {
        State state = filter.state();
        Instant before = filter.before();
        return jdbc.sql("""
                        select * from dead_letter
                        where seq > :after
                          and (cast(:topic as text) is null or topic = :topic)
                          and (cast(:reader as text) is null or reader = :reader)
                          and (cast(:cause as text) is null or cause = :cause)
                          and (cast(:state as text) is null or state = :state)
                          and (cast(:before as timestamptz) is null or parked_at < :before)
                        order by seq limit :limit""")
                .param("after", filter.after())
                .param("topic", filter.topic())
                .param("reader", filter.reader())
                .param("cause", filter.cause())
                .param("state", state == null ? null : state.wire())
                .param("before", before == null ? null : at(before))
                .param("limit", filter.limit())
                .query(rows)
                .list();
    }

    @Override
    public Optional<Letter> find(String id) {
        return jdbc.sql("select * from dead_letter where id = ?")
                .param(id)
                .query(rows)
                .optional();
    }

    @Override
    public Optional<String> blockedBy(Letter letter) {
        return key(
                        letter.letter(),
                        "select e.id " + BEFORE_IT + " and e.record_offset < :offset order by e.record_offset limit 1")
                .query(String.class)
                .optional();
    }

    @Override
    public long behind(Letter letter) {
        return key(letter.letter(), """
                        select count(*) from dead_letter where reader = :reader and topic = :topic and aggregate = :aggregate
                          and aggregate <> '' and state = 'parked' and cause = 'waiting' and record_offset > :offset""").query(Long.class).single();
    }

    @Override
    public void mend(String id, byte[] payload) {
        jdbc.sql("update dead_letter set mended = ? where id = ?")
                .params(payload, id)
                .update();
    }

    @Override
    public void decide(String id, State next, Decision decision) {
        jdbc.sql("""
                        update dead_letter set state = :state, round = round + 1,
                            decided_at = :at, decided_by = :by, decided_why = :why
                        where id = :id""")
                .param("id", id)
                .param("state", next.wire())
                .param("at", at(decision.at()))
                .param("by", decision.by())
                .param("why", decision.why())
                .update();
    }

    @Override
    public void follow(DeadLetter of) {
        key(of, """
                        update dead_letter d set state = 'sending', round = d.round + 1, decided_at = clock_timestamp(),
                            decided_by = 'registry', decided_why = 'the one that it waited for went'
                        where d.reader = :reader and d.topic = :topic and d.aggregate = :aggregate and d.aggregate <> ''
                          and d.state = 'parked' and d.cause = 'waiting'
                          and not exists (select 1\s""" + BEFORE_IT + " and e.record_offset < d.record_offset)").update();
    }

    @Override
    public int send(int limit, Consumer<Letter> sender) {
        Integer sent = transactions.execute(_ -> {
            Boolean mine = jdbc.sql("select pg_try_advisory_xact_lock(?)")
                    .param(SENDING)
                    .query(Boolean.class)
                    .single();
            return mine ? sendAll(limit, sender) : 0;
        });
        return sent == null ? 0 : sent;
    }

    private int sendAll(int limit, Consumer<Letter> sender) {
        List<Letter> letters = jdbc.sql("""
                        select * from dead_letter where state in ('sending', 'discarding')
                        order by topic, record_partition, record_offset limit ? for update""").param(limit).query(rows).list();
        for (Letter letter : letters) {
            sender.accept(letter);
            State sent = letter.state() == State.DISCARDING ? State.DISCARDED : State.REPLAYED;
            jdbc.sql("update dead_letter set state = ? where id = ?")
                    .params(sent.wire(), letter.id())
                    .update();
        }
        return letters.size();
    }

    @Override
    public List<Depth> depths() {
        return jdbc.sql("""
                        select reader, count(*) as letters, min(parked_at) as oldest from dead_letter
                        where state = 'parked' group by reader order by reader""")
                .query((row, _) -> new Depth(
                        row.getString("reader"),
                        row.getLong("letters"),
                        row.getObject("oldest", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public int purge(Duration age, int limit) {
        return jdbc.sql("""
                        delete from dead_letter where id in (
                            select id from dead_letter where state in ('replayed', 'discarded')
                              and decided_at < clock_timestamp() - make_interval(secs => ?)
                            limit ? for update skip locked)""").params(age.toSeconds(), limit).update();
    }

    private JdbcClient.StatementSpec key(DeadLetter letter, String sql) {
        JdbcClient.StatementSpec statement = jdbc.sql(sql)
                .param("reader", letter.reader())
                .param("topic", letter.origin().topic())
                .param("aggregate", LetterRows.aggregate(letter));
        return sql.contains(":offset")
                ? statement.param("offset", letter.origin().offset())
                : statement;
    }

    private static OffsetDateTime at(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC);
    }
}
