// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A record that a reader could not deal with: as it came, and why in headers that begin with {@code dlq_}.
 *
 * @param id of the record and its reader; every copy has the same
 * @param reader the consumer group that parked it
 * @param origin where it lay
 * @param cause why, as a label
 * @param reason why, in words; up to 1000 characters
 * @param exception class of the failure; empty if there was none
 * @param stack of the failure, up to 4000 characters
 * @param attempts how often it was tried in all
 * @param round how often it had been sent back before
 * @param droppedBytes size of a value that was too large for the topic of dead letters; 0 if the value is here
 * @param key of the record: its aggregate; null has none
 * @param value of the record
 * @param headers those that it came with
 */
public record DeadLetter(
        String id,
        String reader,
        Origin origin,
        Cause cause,
        String reason,
        String exception,
        String stack,
        int attempts,
        int round,
        long droppedBytes,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers) {

    /** Headers that say why a record is here, or whom it is sent back to. */
    public static final String PREFIX = "dlq_";

    private static final int LONGEST_REASON = 1000;
    private static final int LONGEST_STACK = 4000;

    public DeadLetter {
        reason = cut(reason, LONGEST_REASON);
        stack = cut(stack, LONGEST_STACK);
        headers = List.copyOf(headers);
    }

    /**
     * A record that was read just now, also one that had been sent back.
     *
     * @param attempts how often it was tried now
     */
    public static DeadLetter of(
            String reader, ConsumerRecord<byte[], byte[]> record, Cause cause, Throwable failure, int attempts) {
        Origin origin = origin(record);
        return new DeadLetter(
                origin.letter(reader),
                reader,
                origin,
                cause,
                Objects.requireNonNullElse(failure.getMessage(), failure.toString()),
                failure.getClass().getName(),
                stack(failure),
                number(record.headers(), "dlq_attempts") + attempts,
                number(record.headers(), "dlq_round"),
                0,
                record.key(),
                record.value(),
                own(record.headers()));
    }

    /**
     * A record that was read just now, also one that had been sent back, of which only the reason is known.
     *
     * @param reason why it could not be dealt with
     * @param attempts how often it was tried now
     */
    public static DeadLetter of(
            String reader, ConsumerRecord<byte[], byte[]> record, Cause cause, String reason, int attempts) {
        Origin origin = origin(record);
        return new DeadLetter(
                origin.letter(reader),
                reader,
                origin,
                cause,
                reason,
                "",
                "",
                number(record.headers(), "dlq_attempts") + attempts,
                number(record.headers(), "dlq_round"),
                0,
                record.key(),
                record.value(),
                own(record.headers()));
    }

    /**
     * A record of a topic of dead letters.
     *
     * @param unnamed who parked it if it does not say
     */
    public static DeadLetter read(ConsumerRecord<byte[], byte[]> record, String unnamed) {
        Headers headers = record.headers();
        String reader = text(headers, "dlq_reader", unnamed);
        Origin origin = origin(record);
        return new DeadLetter(
                origin.letter(reader),
                reader,
                origin,
                Cause.of(text(headers, "dlq_cause", "")),
                text(headers, "dlq_reason", "it does not say why it is here"),
                text(headers, "dlq_exception", ""),
                text(headers, "dlq_stack", ""),
                number(headers, "dlq_attempts"),
                number(headers, "dlq_round"),
                number(headers, "dlq_dropped_bytes"),
                record.key(),
                record.value(),
                own(headers));
    }

    /** Whether people sent a record back to this reader for it to be taken. */
    public static boolean isSentBackTo(String reader, ConsumerRecord<byte[], byte[]> record) {
        return text(record.headers(), "dlq_reader", "").equals(reader)
                && record.headers().lastHeader("dlq_discarded") == null;
    }

    /** How often a record had been sent back when it came; 0 for one that never was parked. */
    public static int round(ConsumerRecord<byte[], byte[]> record) {
        return number(record.headers(), "dlq_round");
    }

    /** As it goes to the topic of dead letters beside its own. */
    public ProducerRecord<byte[], byte[]> record() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(origin.topic() + ".dlq", key, value);
        headers.forEach(record.headers()::add);
        address(record.headers());
        put(record.headers(), "dlq_cause", cause.wire());
        put(record.headers(), "dlq_reason", reason);
        put(record.headers(), "dlq_exception", exception);
        put(record.headers(), "dlq_stack", stack);
        if (droppedBytes > 0) {
            put(record.headers(), "dlq_dropped_bytes", Long.toString(droppedBytes));
        }
        return record;
    }

    /** As it is sent back to its reader, with what people made of it. */
    public ProducerRecord<byte[], byte[]> replay(List<Header> mended, byte @Nullable [] payload) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(origin.topic() + ".replay", key, payload);
        mended.forEach(record.headers()::add);
        address(record.headers());
        return record;
    }

    /** Tells its reader that it is given up. */
    public ProducerRecord<byte[], byte[]> discard() {
        ProducerRecord<byte[], byte[]> record = replay(List.of(), null);
        put(record.headers(), "dlq_discarded", "true");
        return record;
    }

    /** The same that has been sent back so often. */
    public DeadLetter inRound(int number) {
        return new DeadLetter(
                id,
                reader,
                origin,
                cause,
                reason,
                exception,
                stack,
                attempts,
                number,
                droppedBytes,
                key,
                value,
                headers);
    }

    /** The same, without a value that is larger than this. */
    public DeadLetter fitting(int most) {
        return value != null && value.length > most ? withoutValue() : this;
    }

    /** The same without a value that has no room. */
    DeadLetter withoutValue() {
        return without(headers);
    }

    /** The same with nothing of what it came with but its key. */
    DeadLetter bare() {
        return without(List.of());
    }

    private DeadLetter without(List<Header> kept) {
        long size = value == null ? droppedBytes : value.length;
        return new DeadLetter(
                id, reader, origin, cause, reason, exception, stack, attempts, round, size, key, null, kept);
    }

    private void address(Headers to) {
        put(to, "dlq_reader", reader);
        put(to, "dlq_topic", origin.topic());
        put(to, "dlq_partition", Integer.toString(origin.partition()));
        put(to, "dlq_offset", Long.toString(origin.offset()));
        put(to, "dlq_timestamp", Long.toString(origin.timestamp()));
        put(to, "dlq_attempts", Integer.toString(attempts));
        put(to, "dlq_round", Integer.toString(round));
    }

    /** Where the record lay first: where it lies, if it does not come from dead letters. */
    static Origin origin(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        if (headers.lastHeader("dlq_offset") == null) {
            return new Origin(record.topic(), record.partition(), record.offset(), record.timestamp());
        }
        return new Origin(
                text(headers, "dlq_topic", record.topic()),
                number(headers, "dlq_partition"),
                large(headers, "dlq_offset", record.offset()),
                large(headers, "dlq_timestamp", record.timestamp()));
    }

    static String text(Headers headers, String name, String otherwise) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static int number(Headers headers, String name) {
        return (int) Math.clamp(large(headers, name, 0), 0, Integer.MAX_VALUE);
    }

    private static long large(Headers headers, String name, long otherwise) {
        try {
            return Long.parseLong(text(headers, name, ""));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static List<Header> own(Headers headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .filter(header -> !header.key().startsWith(PREFIX))
                .toList();
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static String stack(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }
}
