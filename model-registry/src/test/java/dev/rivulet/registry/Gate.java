// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Holds a fact up between two steps of its way: with a lock for which a trigger waits or, while it is sent, by brokers that stand
 * still. Opens when it is closed as a resource, or when the database dies.
 */
final class Gate implements AutoCloseable {

    /** Where a fact is held up, in the order of its way. */
    enum Step {
        /** The state is changed, the fact not yet written. */
        WRITING(Chain.WRITTEN, "trigger %s before insert on outbox"),
        /** State and fact are written, not committed. */
        COMMITTING(Chain.WRITTEN, "constraint trigger %s after insert on outbox deferrable initially deferred"),
        /** The relay takes the fact. */
        LEASING(Chain.WRITTEN, "trigger %s after update of attempts on outbox"),
        /** The relay waits for the brokers. */
        SENDING(Chain.WRITTEN, ""),
        /** The brokers have it, the row doesn't say so. */
        MARKING(Chain.WRITTEN, "trigger %s before update of sent_at on outbox"),
        /** The reader has it, its tables don't. */
        TAKING(Chain.READ, "trigger %s before insert on inbox"),
        /** It is applied, but not committed. */
        APPLYING(Chain.READ, "trigger %s after insert on effect"),
        /** Inbox, effect and offset are about to be committed. */
        ENDING(
                Chain.READ,
                "constraint trigger %s after insert or update on reader_offset deferrable initially deferred");

        private final String database;
        private final String trigger;

        Step(String database, String trigger) {
            this.database = database;
            this.trigger = trigger;
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String FUNCTION = """
            create or replace function stand_at_gate() returns trigger language plpgsql as $$
            begin
                perform pg_advisory_xact_lock_shared(4711, tg_argv[0]::int);
                return new;
            end $$""";

    private final Chain chain;
    private final Step step;
    private final Connection connection;

    /** Shuts it for the next fact that comes. */
    Gate(Chain chain, Step step) throws SQLException {
        this.chain = chain;
        this.step = step;
        this.connection = chain.database().connect(step.database);
        if (step == Step.SENDING) {
            chain.brokers().freeze(true);
        } else {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_lock(4711, %d)".formatted(step.ordinal()));
            }
        }
    }

    /** Puts gates into both databases; all are open. */
    static void install(KillableDatabase database) {
        database.run(Chain.WRITTEN, FUNCTION);
        database.run(Chain.READ, FUNCTION);
        for (Step step : Step.values()) {
            if (step != Step.SENDING) {
                database.run(
                        step.database,
                        "create " + step.trigger.formatted("gate_" + step.ordinal())
                                + " for each row execute function stand_at_gate('" + step.ordinal() + "')");
            }
        }
    }

    /** Waits until a fact stands here. */
    void awaitFact() {
        String query = step == Step.SENDING
                ? "select 1 from outbox where sent_at is null and leased_until is not null"
                : "select 1 from pg_locks where locktype = 'advisory' and classid = 4711 and not granted and objid = "
                        + step.ordinal();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> !chain.numbers(step.database, query).isEmpty());
    }

    @Override
    public void close() {
        chain.brokers().freeze(false);
        try {
            connection.close();
        } catch (SQLException e) {
            // The database was killed: nothing of the lock is left.
        }
    }
}
