// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One fact in CloudEvents 1.0 form. On Kafka it travels in binary mode: attributes are {@code ce_} headers in raw UTF-8, the
 * value is the Protobuf payload, the key is {@code subject} (CloudEvents Kafka Protocol Binding, section 3.2).
 *
 * @param id unique per source; readers keep it as their inbox key
 * @param source who says so, such as {@code /model-registry}
 * @param type its entry in the catalogue
 * @param subject the business key
 * @param time when it happened
 * @param traceparent W3C trace context, if there is one
 * @param data the payload
 */
public record Event<T extends Message>(
        String id,
        String source,
        EventType<T> type,
        String subject,
        Instant time,
        @Nullable String traceparent,
        T data) {

    private static final String CONTENT_TYPE = "content-type";
    private static final String PROTOBUF = "application/protobuf";

    public Event {
        if (id.isBlank() || source.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException("An event needs an id, a source and a subject");
        }
    }

    /** The headers of the Kafka record. */
    public Map<String, byte[]> headers() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", utf8("1.0"));
        headers.put("ce_id", utf8(id));
        headers.put("ce_source", utf8(source));
        headers.put("ce_type", utf8(type.type()));
        headers.put("ce_subject", utf8(subject));
        headers.put("ce_time", utf8(time.toString()));
        headers.put("ce_dataschema", utf8("urn:rivulet:schema:" + type.type()));
        if (traceparent != null) {
            headers.put("ce_traceparent", utf8(traceparent));
        }
        headers.put(CONTENT_TYPE, utf8(PROTOBUF));
        return headers;
    }

    /** The key of the Kafka record. */
    public byte[] key() {
        return utf8(subject);
    }

    /** The value of the Kafka record. */
    public byte[] value() {
        return data.toByteArray();
    }

    /**
     * Reads a record of a known type.
     *
     * @param headers record headers; values are {@code byte[]} or {@link String}, others are ignored
     * @throws MalformedEventException if an attribute is missing, the type is another one or the payload can't be parsed
     */
    public static <T extends Message> Event<T> read(EventType<T> type, Map<String, ?> headers, byte[] value) {
        String found = required(headers, "ce_type");
        if (!found.equals(type.type())) {
            throw new MalformedEventException("expected type " + type.type() + ", found " + found);
        }
        try {
            return new Event<>(
                    required(headers, "ce_id"),
                    required(headers, "ce_source"),
                    type,
                    required(headers, "ce_subject"),
                    Instant.parse(required(headers, "ce_time")),
                    text(headers.get("ce_traceparent")),
                    type.parser().parseFrom(value));
        } catch (InvalidProtocolBufferException | DateTimeParseException e) {
            throw new MalformedEventException(type.type() + " can't be read: " + e.getMessage());
        }
    }

    private static String required(Map<String, ?> headers, String name) {
        String value = text(headers.get(name));
        if (value == null || value.isBlank()) {
            throw new MalformedEventException("header " + name + " is missing");
        }
        return value;
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case String string -> string;
            case null, default -> null;
        };
    }

    private static byte[] utf8(String text) {
        return Objects.requireNonNull(text).getBytes(StandardCharsets.UTF_8);
    }

    /** A record that is not the event it should be; it belongs in the dead-letter topic. */
    public static final class MalformedEventException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedEventException(String message) {
            super(message);
        }
    }
}
