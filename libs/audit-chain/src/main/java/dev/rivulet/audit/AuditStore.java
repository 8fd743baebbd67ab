// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the lines of one log are kept: lines are added at the end, and never changed or taken away. */
public interface AuditStore {

    /**
     * How far the log goes.
     *
     * @param length lines in it
     * @param last the last one; null if there is none
     */
    record Tail(long length, @Nullable String last) {}

    /** What came of an append. */
    sealed interface Appended {
        /** The line is kept and survives a crash. */
        record Kept(long sequence, String line) implements Appended {}

        /** Another writer was faster, and nothing was added; {@code length} lines are there now. */
        record Conflict(long length) implements Appended {}
    }

    Tail tail() throws IOException;

    /**
     * Adds a line if the log has {@code sequence} lines, at once or not at all.
     *
     * @param line without line feed, at most {@value AuditVerifier#LONGEST_LINE} bytes
     * @throws IOException if it is not known whether the line was kept
     */
    Appended append(long sequence, String line) throws IOException;

    /** At most {@code most} lines from line {@code from}; none at the end. */
    List<String> read(long from, int most) throws IOException;
}
