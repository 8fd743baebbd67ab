// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import dev.rivulet.events.Event;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionOperations;

/** In PostgreSQL: the tables {@code inbox} and {@code parked}, as docs/dead-letters.md has them. */
public final class JdbcReaderStore implements ReaderStore, Inbox, Parked {

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    public JdbcReaderStore(JdbcClient jdbc, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    public Inbox inbox() {
        return this;
    }

    @Override
    public Parked parked() {
        return this;
    }

    @Override
    public <R> R transaction(Supplier<R> work) {
        try {
            return Objects.requireNonNull(transactions.execute(_ -> work.get()));
        } catch (CannotCreateTransactionException
                | TransactionSystemException
                | DataAccessResourceFailureException
                | TransientDataAccessResourceException
                | RecoverableDataAccessException
                | QueryTimeoutException e) {
            throw new StoreUnavailableException(e);
        } catch (UncategorizedSQLException e) {
            // PostgreSQL gives each of its errors a state; what has none comes from the pool or the driver.
            SQLException why = e.getSQLException();
            throw why != null && why.getSQLState() == null ? new StoreUnavailableException(e) : e;
        }
    }

    @Override
    public boolean first(String reader, Event<?> event) {
        return jdbc.sql("insert into inbox (reader, source, id) values (?, ?, ?) on conflict do nothing")
                        .params(reader, event.source(), event.id())
                        .update()
                == 1;
    }

    @Override
    public int expire(Duration age, int limit) {
        return jdbc.sql("""
                        delete from inbox where ctid in (
                            select ctid from inbox where taken_at < clock_timestamp() - make_interval(secs => ?)
                            limit ? for update skip locked)""").params(age.toSeconds(), limit).update();
    }

    @Override
    public boolean none(String reader) {
        return !exists("select exists (select 1 from parked where reader = ?)", reader);
    }

    @Override
    public boolean blocked(String reader, Origin at, byte[] key) {
        return exists(
                "select exists (select 1 from parked where reader = ? and topic = ? and aggregate = ? and record_offset < ?)",
                reader,
                at.topic(),
                aggregate(key),
                at.offset());
    }

    @Override
    public boolean holds(String reader, String letter) {
        return exists("select exists (select 1 from parked where reader = ? and letter = ?)", reader, letter);
    }

    @Override
    public void park(DeadLetter letter) {
        byte[] key = letter.key();
        jdbc.sql("""
                        insert into parked (reader, letter, topic, record_partition, record_offset, aggregate, cause)
                        values (?, ?, ?, ?, ?, ?, ?) on conflict (reader, letter) do nothing""")
                .params(
                        letter.reader(),
                        letter.id(),
                        letter.origin().topic(),
                        letter.origin().partition(),
                        letter.origin().offset(),
                        key == null ? "" : aggregate(key),
                        letter.cause().wire())
                .update();
    }

    @Override
    public void release(String reader, String letter) {
        jdbc.sql("delete from parked where reader = ? and letter = ?")
                .params(reader, letter)
                .update();
    }

    private boolean exists(String sql, Object... params) {
        return jdbc.sql(sql).params(params).query(Boolean.class).single();
    }

    /** A key of any length and any bytes, as a short text. */
    private static String aggregate(byte[] key) {
        return HexFormat.of().formatHex(Origin.sha256(key));
    }
}
