// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One line of the log.
 *
 * @param sequence 0 for the first, one more for each
 * @param time to the millisecond, UTC, never before that of the entry before
 * @param event what happened
 * @param previous SHA-256 of the line before, without its line feed; {@link #NONE} for the first
 */
public record AuditEntry(long sequence, Instant time, AuditEvent event, String previous) {

    /** What the first entry has for the line before it. */
    public static final String NONE = "0".repeat(AuditEvent.DIGEST);

    public AuditEntry {
        Text.notNegative("sequence", sequence);
        Text.hex("prev", previous, AuditEvent.DIGEST);
    }

    /** What is signed. */
    String body() {
        LineWriter line = new LineWriter()
                .number("seq", sequence)
                .text("time", Signed.time(time))
                .text("kind", EventForm.kind(event));
        EventForm.write(event, line);
        return line.text("prev", previous).unsigned();
    }

    /**
     * Reads a line, whoever signed it.
     *
     * @param line without its line feed
     * @throws IllegalArgumentException if it is not in its one form, with what was expected
     */
    public static AuditEntry parse(String line) {
        return of(Signed.parse(line).body());
    }

    static AuditEntry of(String body) {
        LineReader line = new LineReader(body);
        long sequence = line.number("seq");
        Instant time = Signed.time(line.text("time"));
        AuditEvent event = EventForm.read(line.text("kind"), line);
        AuditEntry entry = new AuditEntry(sequence, time, event, line.text("prev"));
        line.end();
        if (!entry.body().equals(body)) {
            throw new IllegalArgumentException("a value is not written in its one form");
        }
        return entry;
    }

    /** SHA-256 of a line, which the next one names. */
    public static String digest(String line) {
        return Text.sha256(line.getBytes(StandardCharsets.UTF_8));
    }
}
