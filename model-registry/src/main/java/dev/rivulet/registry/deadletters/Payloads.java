// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.rivulet.events.EventType;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.reading.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Payloads as Protobuf's JSON, and the headers of an event whose payload people wrote. */
public final class Payloads {

    private static final String UNKNOWN = "/model-registry/dead-letters";

    private Payloads() {}

    /** The type that the letter's topic carries; none if the topic is not in the catalogue of this release. */
    public static Optional<EventType<?>> type(DeadLetter letter) {
        return EventType.ALL.stream()
                .<EventType<?>>map(type -> type)
                .filter(type -> type.topic().name().equals(letter.origin().topic()))
                .findFirst();
    }

    /** As JSON; none if these bytes are not the topic's type. */
    public static Optional<String> json(DeadLetter letter, byte[] payload) {
        return type(letter).flatMap(type -> {
            try {
                Message message = type.parser().parseFrom(payload);
                return Optional.of(JsonFormat.printer()
                        .preservingProtoFieldNames()
                        .omittingInsignificantWhitespace()
                        .print(message));
            } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * Reads what people wrote.
     *
     * @throws ProblemException if it is not the topic's type: a field that it does not know, a value of another type
     */
    public static byte[] bytes(DeadLetter letter, String json) {
        EventType<?> type = type(letter)
                .orElseThrow(() ->
                        wrong("The topic " + letter.origin().topic() + " is not in the catalogue of this release."));
        try {
            Message.Builder builder = type.parser().parseFrom(new byte[0]).newBuilderForType();
            JsonFormat.parser().merge(json, builder);
            return builder.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw wrong("This is no " + type.type() + ": " + e.getMessage());
        }
    }

    /** The headers with which a letter goes back: its own, and where people wrote the payload those of an event of its type. */
    public static List<Header> headers(Letter letter) {
        DeadLetter dead = letter.letter();
        if (letter.mended() == null) {
            return dead.headers();
        }
        Map<String, Header> headers = new LinkedHashMap<>();
        dead.headers().forEach(header -> headers.put(header.key(), header));
        byte[] key = dead.key();
        String subject = key == null || key.length == 0 ? dead.id() : new String(key, StandardCharsets.UTF_8);
        type(dead).ifPresent(type -> {
            put(headers, "ce_type", type.type());
            put(headers, "ce_dataschema", "urn:rivulet:schema:" + type.type());
        });
        put(headers, "ce_specversion", "1.0");
        put(headers, "content-type", "application/protobuf");
        keep(headers, "ce_id", dead.id());
        keep(headers, "ce_source", UNKNOWN);
        keep(headers, "ce_subject", subject);
        keep(headers, "ce_time", Instant.ofEpochMilli(dead.origin().timestamp()).toString());
        return new ArrayList<>(headers.values());
    }

    private static void put(Map<String, Header> headers, String name, String value) {
        headers.put(name, new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static void keep(Map<String, Header> headers, String name, String otherwise) {
        Header own = headers.get(name);
        if (own == null || own.value() == null || own.value().length == 0) {
            put(headers, name, otherwise);
        }
    }

    private static ProblemException wrong(String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, "payload", message));
    }
}
