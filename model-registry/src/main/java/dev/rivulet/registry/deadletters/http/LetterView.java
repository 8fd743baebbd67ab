// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.registry.deadletters.Letter;
import dev.rivulet.registry.deadletters.Letter.Decision;
import dev.rivulet.registry.deadletters.Payloads;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Letters in JSON. */
final class LetterView {

    private static final int SHOWN_BYTES = 65_536;

    private LetterView() {}

    /** What a list says of a letter; {@code key} is text, or {@code base64:} and its bytes. */
    record Summary(
            String id,
            String reader,
            String topic,
            int partition,
            long offset,
            Instant recordedAt,
            @Nullable String key,
            String cause,
            String reason,
            int attempts,
            int round,
            String state,
            Instant parkedAt) {

        static Summary of(Letter letter) {
            DeadLetter dead = letter.letter();
            return new Summary(
                    dead.id(),
                    dead.reader(),
                    dead.origin().topic(),
                    dead.origin().partition(),
                    dead.origin().offset(),
                    Instant.ofEpochMilli(dead.origin().timestamp()),
                    text(dead.key()),
                    dead.cause().wire(),
                    dead.reason(),
                    dead.attempts(),
                    dead.round(),
                    letter.state().wire(),
                    letter.parkedAt());
        }
    }

    /** A page; {@code next} is what {@code after} takes, null on the last one. */
    record Listing(List<Summary> letters, @Nullable Long next) {

        static Listing of(List<Letter> letters, int limit) {
            return new Listing(
                    letters.stream().map(Summary::of).toList(),
                    letters.size() < limit ? null : letters.getLast().seq());
        }
    }

    /**
     * All of a letter.
     *
     * @param payload in Protobuf's JSON, as it would go back; left out if the bytes are not the topic's type
     * @param payloadBase64 bytes that are not the topic's type, up to 64 KiB
     * @param edited whether people wrote the payload
     * @param waitsFor the letter of the same key that has to go first
     * @param waitingBehind letters that follow this one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Whole(
            Summary letter,
            Map<String, @Nullable String> headers,
            String exception,
            String stack,
            @Nullable String type,
            @JsonRawValue @Nullable String payload,
            @Nullable String payloadBase64,
            boolean edited,
            long droppedBytes,
            @Nullable String waitsFor,
            long waitingBehind,
            @Nullable Decision decision) {

        static Whole of(Letter letter, @Nullable String waitsFor, long behind) {
            DeadLetter dead = letter.letter();
            byte[] mended = letter.mended();
            byte[] payload = mended == null ? dead.value() : mended;
            String json = payload == null ? null : Payloads.json(dead, payload).orElse(null);
            return new Whole(
                    Summary.of(letter),
                    LetterView.headers(letter),
                    dead.exception(),
                    dead.stack(),
                    Payloads.type(dead).map(type -> type.type()).orElse(null),
                    json,
                    payload == null || json != null ? null : base64(payload),
                    mended != null,
                    dead.droppedBytes(),
                    waitsFor,
                    behind,
                    letter.decision());
        }
    }

    private static Map<String, @Nullable String> headers(Letter letter) {
        Map<String, @Nullable String> headers = new TreeMap<>();
        Payloads.headers(letter).forEach(header -> headers.put(header.key(), text(header.value())));
        return headers;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN_BYTES)));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "base64:" + base64(bytes);
        }
    }
}
