// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a record first lay.
 *
 * @param topic never a topic of dead letters or replays
 * @param partition 0 and up
 * @param offset 0 and up; orders the records of one key
 * @param timestamp of the record, milliseconds since the epoch
 */
public record Origin(String topic, int partition, long offset, long timestamp) {

    private static final int ID_BYTES = 10;

    /** The id of its dead letter: the same for every copy that a reader makes of it. */
    String letter(String reader) {
        String place = reader + "\n" + topic + "\n" + partition + "\n" + offset;
        return "d-" + HexFormat.of().formatHex(sha256(place.getBytes(StandardCharsets.UTF_8)), 0, ID_BYTES);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
