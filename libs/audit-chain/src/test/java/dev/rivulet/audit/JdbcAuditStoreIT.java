// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A table of a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcAuditStoreIT extends AuditStoreContractTest {

    private EmbeddedPostgres postgres;
    private int logs;

    @BeforeAll
    void begin() throws IOException, SQLException {
        postgres = EmbeddedPostgres.start();
        execute("create table audit_line (log text not null, sequence bigint not null, line text not null,"
                + " primary key (log, sequence))");
    }

    @AfterAll
    void end() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void anotherLog() {
        logs++;
    }

    private DataSource database() {
        return postgres.getPostgresDatabase();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    AuditStore store() {
        return new JdbcAuditStore(database(), "log-" + logs);
    }

    private List<String> written() throws IOException {
        AuditStore store = store();
        for (String line : WrittenLog.full().lines()) {
            store.append(store.tail().length(), line);
        }
        return store.read(0, 100);
    }

    @Test
    void logsInOneTableKnowNothingOfEachOther() throws IOException {
        AuditStore other = new JdbcAuditStore(database(), "other");
        other.append(0, "theirs");
        assertThat(store().tail()).isEqualTo(new AuditStore.Tail(0, null));
        assertThat(other.read(0, 9)).containsExactly("theirs");
    }

    @Test
    void aWholeLogComesBackAsItWasSigned() throws IOException {
        assertThat(WrittenLog.verify(WrittenLog.bytes(written()), null, null)).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void everyRowThatIsEditedTakenOutOrMovedIsFound() throws Exception {
        List<String> lines = written();
        String log = "log-" + logs;
        for (int row = 0; row < lines.size(); row++) {
            String at = " where log = '" + log + "' and sequence = " + row;
            execute("update audit_line set line = overlay(line placing"
                    + " case substr(line, length(line) / 2, 1) when 'X' then 'Y' else 'X' end from length(line) / 2)"
                    + at);
            assertThat(found(log)).as("row %d was edited", row).isInstanceOf(Verification.Broken.class);
            restore(log, lines);

            if (row < lines.size() - 1) {
                execute("delete from audit_line" + at);
                assertThat(found(log)).as("row %d was taken out", row).isInstanceOf(Verification.Broken.class);
                restore(log, lines);

                execute("update audit_line set sequence = sequence + 1000" + at);
                assertThat(found(log)).as("row %d was moved", row).isInstanceOf(Verification.Broken.class);
                restore(log, lines);
            }
        }
        assertThat(found(log)).isInstanceOf(Verification.Intact.class);
    }

    private Verification found(String log) throws IOException {
        return WrittenLog.verify(WrittenLog.bytes(new JdbcAuditStore(database(), log).read(0, 100)), null, null);
    }

    private void restore(String log, List<String> lines) throws SQLException, IOException {
        execute("delete from audit_line where log = '" + log + "'");
        AuditStore store = new JdbcAuditStore(database(), log);
        for (int i = 0; i < lines.size(); i++) {
            store.append(i, lines.get(i));
        }
    }
}
