// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.time.Instant;

/**
 * How long a log was at a time, signed by the key in force then. A log can be cut off at its end without a trace in what is left; whoever
 * keeps a checkpoint elsewhere finds it.
 *
 * @param length entries, ≥ 1
 * @param last SHA-256 of the last line
 * @param time when it was taken, to the millisecond
 * @param signature 64 bytes in hexadecimal digits
 */
public record Checkpoint(long length, String last, Instant time, String signature) {

    public Checkpoint {
        Text.notNegative("length", length - 1);
        Text.hex("last", last, AuditEvent.DIGEST);
    }

    /**
     * Reads what {@link #line} writes; one line feed at the end is taken.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static Checkpoint parse(String text) {
        Signed signed = Signed.parse(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        LineReader line = new LineReader(signed.body());
        long length = line.number("length");
        String last = line.text("last");
        Checkpoint read = new Checkpoint(length, last, Signed.time(line.text("time")), signed.signature());
        line.end();
        if (!body(length, last, read.time()).equals(signed.body())) {
            throw new IllegalArgumentException("a value is not written in its one form");
        }
        return read;
    }

    /** One line of JSON without a line feed. */
    public String line() {
        return signed().line();
    }

    Signed signed() {
        return new Signed(body(length, last, time), signature);
    }

    static String body(long length, String last, Instant time) {
        return new LineWriter()
                .number("length", length)
                .text("last", last)
                .text("time", Signed.time(time))
                .unsigned();
    }
}
