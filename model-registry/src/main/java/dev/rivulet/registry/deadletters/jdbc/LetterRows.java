// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.jdbc;

import dev.rivulet.reading.Cause;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.reading.Origin;
import dev.rivulet.registry.deadletters.Letter;
import dev.rivulet.registry.deadletters.Letter.Decision;
import dev.rivulet.registry.deadletters.Letter.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A letter as a row, and back. */
@Component
class LetterRows implements RowMapper<Letter> {

    private static final TypeReference<List<Entry>> ENTRIES = new TypeReference<>() {};
    private static final String NUL = "\u0000";

    private final JsonMapper json;

    LetterRows(JsonMapper json) {
        this.json = json;
    }

    /** A header; bytes are in Base64, for they may be anything. */
    private record Entry(String name, @Nullable String value) {}

    Map<String, @Nullable Object> params(DeadLetter letter) {
        Map<String, @Nullable Object> params = new HashMap<>();
        params.put("id", letter.id());
        params.put("reader", plain(letter.reader()));
        params.put("topic", plain(letter.origin().topic()));
        params.put("partition", letter.origin().partition());
        params.put("offset", letter.origin().offset());
        params.put(
                "recorded",
                Instant.ofEpochMilli(Math.clamp(letter.origin().timestamp(), 0, 253_402_300_799_000L))
                        .atOffset(ZoneOffset.UTC));
        params.put("key", letter.key());
        params.put("aggregate", aggregate(letter));
        params.put("cause", letter.cause().wire());
        params.put("reason", plain(letter.reason()));
        params.put("exception", plain(letter.exception()));
        params.put("stack", plain(letter.stack()));
        params.put("attempts", letter.attempts());
        params.put("round", letter.round());
        params.put("dropped", letter.droppedBytes());
        params.put(
                "headers",
                json.writeValueAsString(
                        letter.headers().stream().map(LetterRows::entry).toList()));
        params.put("payload", letter.value());
        return params;
    }

    /** A key of any length and any bytes, as a short text; empty without a key. */
    static String aggregate(DeadLetter letter) {
        byte[] key = letter.key();
        return key == null
                ? ""
                : DigestUtils.md5DigestAsHex(key) + HexFormat.of().toHexDigits(key.length);
    }

    @Override
    public Letter mapRow(ResultSet row, int number) throws SQLException {
        List<Header> headers = json.readValue(row.getString("headers"), ENTRIES).stream()
                .map(LetterRows::header)
                .toList();
        DeadLetter letter = new DeadLetter(
                row.getString("id"),
                row.getString("reader"),
                new Origin(
                        row.getString("topic"),
                        row.getInt("record_partition"),
                        row.getLong("record_offset"),
                        time(row, "recorded_at").toEpochMilli()),
                Cause.of(row.getString("cause")),
                row.getString("reason"),
                row.getString("exception"),
                row.getString("stack"),
                row.getInt("attempts"),
                row.getInt("round"),
                row.getLong("dropped_bytes"),
                row.getBytes("record_key"),
                row.getBytes("payload"),
                headers);
        return new Letter(
                letter,
                row.getLong("seq"),
                Objects.requireNonNull(State.of(row.getString("state"))),
                row.getBytes("mended"),
                time(row, "parked_at"),
                decision(row));
    }

    private static @Nullable Decision decision(ResultSet row) throws SQLException {
        return row.getObject("decided_at") == null
                ? null
                : new Decision(time(row, "decided_at"), row.getString("decided_by"), row.getString("decided_why"));
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Entry entry(Header header) {
        byte[] value = header.value();
        return new Entry(
                header.key(), value == null ? null : Base64.getEncoder().encodeToString(value));
    }

    private static Header header(Entry entry) {
        String value = entry.value();
        return new RecordHeader(
                entry.name(), value == null ? null : Base64.getDecoder().decode(value));
    }

    /** PostgreSQL's text holds no NUL. */
    private static String plain(String text) {
        return text.replace(NUL, "");
    }
}
