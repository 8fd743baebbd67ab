// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads an event from a record, or says what is wrong with it. */
public final class Decoding {

    private static final Pattern VERSIONED = Pattern.compile("(?<family>.+)\\.v(?<major>\\d{1,6})\\.(?<name>\\w+)");

    private Decoding() {}

    /**
     * The event of a record.
     *
     * @param largest bytes of a value that are taken at most
     * @throws PoisonException if it is none of this type
     */
    public static <T extends Message> Event<T> event(
            EventType<T> type, ConsumerRecord<byte[], byte[]> record, int largest) {
        byte[] value = record.value();
        if (value == null) {
            throw new PoisonException(Cause.MALFORMED, "a record without a value");
        }
        if (value.length > largest) {
            throw new PoisonException(
                    Cause.TOO_LARGE, "a value of " + value.length + " bytes; " + largest + " are taken at most");
        }
        checkType(type.type(), DeadLetter.text(record.headers(), "ce_type", ""));
        String schema = DeadLetter.text(record.headers(), "ce_dataschema", "");
        checkMajor(type.type(), schema.substring(schema.lastIndexOf(':') + 1));
        try {
            return Event.read(type, headers(record), value);
        } catch (MalformedEventException | IllegalArgumentException e) {
            throw new PoisonException(Cause.MALFORMED, Objects.requireNonNullElse(e.getMessage(), "it can't be read"));
        }
    }

    /** The headers of a record, as an event is read from them. */
    public static Map<String, byte[]> headers(ConsumerRecord<?, ?> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    private static void checkType(String expected, String found) {
        if (found.isEmpty()) {
            throw new PoisonException(Cause.MALFORMED, "header ce_type is missing");
        }
        if (!found.equals(expected)) {
            checkMajor(expected, found);
            throw new PoisonException(Cause.UNKNOWN_TYPE, "expected type " + expected + ", found " + found);
        }
    }

    private static void checkMajor(String expected, String found) {
        Matcher known = VERSIONED.matcher(expected);
        Matcher other = VERSIONED.matcher(found);
        if (known.matches()
                && other.matches()
                && known.group("family").equals(other.group("family"))
                && known.group("name").equals(other.group("name"))
                && Integer.parseInt(other.group("major")) > Integer.parseInt(known.group("major"))) {
            throw new PoisonException(
                    Cause.NEWER_SCHEMA, found + " is newer than " + expected + ", which is what this reader knows");
        }
    }
}
