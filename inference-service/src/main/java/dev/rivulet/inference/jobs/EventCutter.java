// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Cuts the bytes of an event stream after whole events, and keeps all of them up to a limit. Used by one thread at a time. */
final class EventCutter {

    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final long limit;
    private int told;

    EventCutter(long limit) {
        this.limit = limit;
    }

    /** @throws AnswerTooLargeException if there are more bytes than the limit */
    void accept(byte[] bytes) {
        if (all.size() + (long) bytes.length > limit) {
            throw new AnswerTooLargeException(limit);
        }
        all.writeBytes(bytes);
    }

    /** The whole events that were not cut off before; may be empty. */
    byte[] cut() {
        byte[] bytes = all.toByteArray();
        int end = bytes.length;
        while (end - 1 > told && !(bytes[end - 1] == '\n' && bytes[end - 2] == '\n')) {
            end--;
        }
        if (end - 1 <= told) {
            return new byte[0];
        }
        byte[] events = Arrays.copyOfRange(bytes, told, end);
        told = end;
        return events;
    }

    byte[] all() {
        return all.toByteArray();
    }

    /** Whether the stream ended as it should. */
    boolean whole() {
        byte[] bytes = all.toByteArray();
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return end >= DONE.length && Arrays.equals(bytes, end - DONE.length, end, DONE, 0, DONE.length);
    }

    /** An answer does not fit into a record. */
    static final class AnswerTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AnswerTooLargeException(long limit) {
            super("The answer is larger than " + limit + " bytes (rivulet.jobs.max-answer).", null, false, false);
        }
    }
}
