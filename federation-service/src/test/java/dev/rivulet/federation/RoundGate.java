// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Holds one round of a federation up at a step: with a lock for which a trigger of the database waits, or with a device that goes on
 * only when it may. Federations are told apart by the number that their names end with.
 */
final class RoundGate implements AutoCloseable {

    /** Where a round is held up, in the order of its way. */
    enum Step {
        /** Enough devices wait; nothing is written. */
        OPENING("before insert on round_event", "opened"),
        /** Its beginning is written, not committed. */
        OPENED("constraint after insert on round_event", "opened"),
        /** Devices have their work and train. */
        TRAINING("", ""),
        /** A device has sent half of its update. */
        UPLOADING("", ""),
        /** An update is judged and not written down as counted. */
        COUNTING("before insert on round_event", "counted"),
        /** It is written down, not committed; the device has no answer. */
        COUNTED("constraint after insert on round_event", "counted"),
        /** The last update and the end of collecting are being written. */
        CLOSING("before insert on round_event", "closed"),
        /** The model's bytes are on the disk, nothing knows of them. */
        SAVING("before insert on model_version", ""),
        /** The model is known, not committed. */
        SAVED("constraint after insert on model_version", ""),
        /** The model is kept, the round doesn't say so. */
        AGGREGATED("before insert on round_event", "aggregated"),
        /** The round says so, not committed. */
        AGGREGATED_UNCOMMITTED("constraint after insert on round_event", "aggregated"),
        /** Devices are about to be allowed the model. */
        RELEASING("before update on model_version", ""),
        /** Devices may have the model, the round doesn't say so. */
        PUBLISHING("before insert on round_event", "published"),
        /** The round's end is written, not committed. */
        PUBLISHED("constraint after insert on round_event", "published");

        private final String event;
        private final String type;

        Step(String event, String type) {
            this.event = event;
            this.type = type;
        }

        /** Whether a device holds the round up, and not the database. */
        boolean ofDevice() {
            return event.isEmpty();
        }

        private String trigger() {
            boolean deferred = event.startsWith("constraint ");
            String when = type.isEmpty() ? "" : " when (new.type = '" + type + "')";
            return "create " + (deferred ? "constraint " : "") + "trigger gate_" + ordinal() + " "
                    + event.replace("constraint ", "") + (deferred ? " deferrable initially deferred" : "")
                    + " for each row" + when + " execute function stand_at_gate('" + ordinal() + "')";
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ROUNDS = 10;
    private static final String FUNCTION = """
            create or replace function stand_at_gate() returns trigger language plpgsql as $$
            declare number text := substring(new.federation from '-([0-9]+)$');
            begin
                if number is not null and new.round is not null then
                    perform pg_advisory_xact_lock_shared(number::int, tg_argv[0]::int * 10 + new.round::int % 10);
                end if;
                return new;
            end $$""";

    private final Connection connection;
    private final Step step;
    private final int federation;
    private final int place;
    private final CountDownLatch stands = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private volatile boolean open;

    /** Shuts it for a round, before that begins. */
    RoundGate(DataSource database, Step step, int federation, int round) throws SQLException {
        this.connection = database.getConnection();
        this.step = step;
        this.federation = federation;
        this.place = step.ordinal() * ROUNDS + round;
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(%d, %d)".formatted(federation, place));
        }
    }

    /** Puts gates for all steps into the database; all are open. */
    static void install(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(FUNCTION);
            for (Step step : Step.values()) {
                if (!step.ofDevice()) {
                    statement.execute(step.trigger());
                }
            }
        }
    }

    Step step() {
        return step;
    }

    /** Called by a device that has come to a step: waits if it is this one. */
    void pass(Step at, int round) throws InterruptedException {
        if (at == step && !open && place == step.ordinal() * ROUNDS + round) {
            stands.countDown();
            if (!mayGoOn.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the gate " + step + " was never opened");
            }
        }
    }

    /** Waits until the round stands here. */
    void awaitRound() {
        try {
            await("federation " + federation + " at " + step)
                    .dontCatchUncaughtExceptions()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(this::reached);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + " What happened in it: " + events(), late);
        }
    }

    private List<String> events() {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true))
                .sql("""
                        select at || ' round ' || round || ' ' || type from round_event
                        where federation like '%-' || :number order by at, seq""")
                .param("number", federation)
                .query((row, _) -> String.valueOf(row.getString(1)))
                .list();
    }

    private boolean reached() throws SQLException {
        if (step.ofDevice()) {
            return stands.getCount() == 0;
        }
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select 1 from pg_locks where locktype = 'advisory' and not granted and classid = %d and objid = %d"
                                .formatted(federation, place))) {
            return rows.next();
        }
    }

    @Override
    public void close() throws SQLException {
        open = true;
        mayGoOn.countDown();
        connection.close();
    }
}
