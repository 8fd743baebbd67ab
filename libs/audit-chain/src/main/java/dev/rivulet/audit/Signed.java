// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A line with its signature as its last field. What is signed is a purpose, a line feed, and the line without that field, so that a
 * signature made for one purpose is worth nothing for another.
 *
 * @param body the object without its signature, with its closing brace
 * @param signature of the purpose and the body, 64 bytes in hexadecimal digits
 */
record Signed(String body, String signature) {

    static final String ENTRY = "rivulet-audit-entry-v1\n";
    static final String CHECKPOINT = "rivulet-audit-checkpoint-v1\n";

    private static final int DIGITS = 128;
    private static final String FIELD = ",\"sig\":\"";
    private static final String END = "\"}";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static Signed parse(String line) {
        int tail = FIELD.length() + DIGITS + END.length();
        int from = line.length() - tail;
        if (from < 0 || !line.startsWith(FIELD, from) || !line.endsWith(END)) {
            throw new IllegalArgumentException("the line does not end with a signature");
        }
        String signature = line.substring(from + FIELD.length(), line.length() - END.length());
        return new Signed(line.substring(0, from) + "}", Text.hex("sig", signature, DIGITS));
    }

    String line() {
        return body.substring(0, body.length() - 1) + FIELD + signature + END;
    }

    boolean by(AuditKey key, String purpose) {
        return key.signed(purpose + body, HexFormat.of().parseHex(signature));
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("time is not like 2026-11-02T09:00:00.000Z", e);
        }
    }
}
