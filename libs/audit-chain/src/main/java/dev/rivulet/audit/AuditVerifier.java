// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import dev.rivulet.audit.Verification.Broken;
import dev.rivulet.audit.Verification.Check;
import dev.rivulet.audit.Verification.Intact;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Checks a log from its bytes, in memory of one line. */
public final class AuditVerifier {

    /** Bytes of a line, at most: 20,000 contributors fit. */
    public static final int LONGEST_LINE = 1 << 20;

    /** Entries of a log, at most, unless told otherwise. */
    public static final long MOST_ENTRIES = 10_000_000;

    private final long mostEntries;

    /** @param mostEntries a longer log is refused, ≥ 1 */
    public AuditVerifier(long mostEntries) {
        this.mostEntries = 1 + Text.notNegative("mostEntries", mostEntries - 1);
    }

    /**
     * Reads the stream to its end or its first fault.
     *
     * @param trusted the federation's first key, known from elsewhere; null to take the log's word, which finds every edit but not a log
     *     that somebody else made anew
     * @param checkpoint known from elsewhere; null to leave it open whether entries are missing at the end
     * @throws IOException if the stream can't be read
     */
    public Verification verify(InputStream in, @Nullable AuditKey trusted, @Nullable Checkpoint checkpoint)
            throws IOException {
        LogLines lines = new LogLines(in, LONGEST_LINE);
        ChainCheck chain = new ChainCheck(trusted, checkpoint);
        while (true) {
            long line = chain.length() + 1;
            Broken broken = switch (lines.next()) {
                case LogLines.Line.Whole(String text)
                when line > mostEntries ->
                    new Broken(line, Check.LIMIT, "the log has more than " + mostEntries + " entries");
                case LogLines.Line.Whole(String text) -> chain.take(text);
                case LogLines.Line.Torn(long bytes) ->
                    new Broken(
                            line,
                            Check.FORM,
                            "the last line has no end (" + bytes + " bytes): it was cut, or a crash tore it");
                case LogLines.Line.TooLong() ->
                    new Broken(line, Check.LIMIT, "the line has more than " + LONGEST_LINE + " bytes");
                case LogLines.Line.NoText() -> new Broken(line, Check.FORM, "the line is not UTF-8");
                case LogLines.Line.End() -> chain.end();
            };
            if (broken != null) {
                return broken;
            }
            Intact intact = chain.intact();
            if (intact != null) {
                return intact;
            }
        }
    }
}
