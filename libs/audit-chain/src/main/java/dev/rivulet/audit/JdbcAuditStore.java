// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Lines in the table {@code audit_line (log text, sequence bigint, line text, primary key (log, sequence))} of PostgreSQL, one of
 * several logs there. With a data source whose connections belong to the transaction of the caller, a line is kept exactly if that is
 * committed; {@link AuditStore.Appended.Kept} then says that it will be. A writer waits for another one at the same place to commit or
 * to give up.
 */
public final class JdbcAuditStore implements AuditStore {

    private static final String TAIL =
            "select sequence, line from audit_line where log = ? order by sequence desc limit 1";
    private static final String APPEND = "insert into audit_line (log, sequence, line) select ?, ?, ?"
            + " where ? = (select coalesce(max(sequence) + 1, 0) from audit_line where log = ?)"
            + " on conflict do nothing";
    private static final String READ =
            "select line from audit_line where log = ? and sequence >= ? order by sequence limit ?";

    private final DataSource database;
    private final String log;

    /** @param log which of the logs in the table, such as the name of a federation */
    public JdbcAuditStore(DataSource database, String log) {
        this.database = database;
        this.log = log;
    }

    @Override
    public Tail tail() throws IOException {
        try (Connection connection = database.getConnection();
                PreparedStatement tail = connection.prepareStatement(TAIL)) {
            tail.setString(1, log);
            try (ResultSet row = tail.executeQuery()) {
                return row.next() ? new Tail(row.getLong(1) + 1, row.getString(2)) : new Tail(0, null);
            }
        } catch (SQLException e) {
            throw new IOException("The end of the log " + log + " can't be read", e);
        }
    }

    @Override
    public Appended append(long sequence, String line) throws IOException {
        try (Connection connection = database.getConnection();
                PreparedStatement append = connection.prepareStatement(APPEND)) {
            append.setString(1, log);
            append.setLong(2, sequence);
            append.setString(3, line);
            append.setLong(4, sequence);
            append.setString(5, log);
            if (append.executeUpdate() == 1) {
                return new Appended.Kept(sequence, line);
            }
        } catch (SQLException e) {
            throw new IOException("It is not known whether line " + sequence + " of the log " + log + " was kept", e);
        }
        return new Appended.Conflict(tail().length());
    }

    @Override
    public List<String> read(long from, int most) throws IOException {
        try (Connection connection = database.getConnection();
                PreparedStatement read = connection.prepareStatement(READ)) {
            read.setString(1, log);
            read.setLong(2, from);
            read.setInt(3, most);
            List<String> lines = new ArrayList<>();
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    lines.add(row.getString(1));
                }
            }
            return lines;
        } catch (SQLException e) {
            throw new IOException("The log " + log + " can't be read", e);
        }
    }
}
