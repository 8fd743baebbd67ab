// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterTest {

    private static final EventType<CompletionRecorded> TYPE = EventType.COMPLETION_RECORDED;
    private static final String TOPIC = TYPE.topic().name();
    private static final byte[] KEY = "key".getBytes(UTF_8);

    private final ConsumerRecord<byte[], byte[]> record = record(TYPE.type(), new byte[] {1, 2, 3});

    @Test
    void aLetterHoldsTheRecordAsItCameAndWhyItIsThere() {
        DeadLetter letter = DeadLetter.of("reader", record, Cause.EFFECT_FAILED, new IllegalStateException("why"), 3);
        DeadLetter read = DeadLetter.read(wire(letter.record(), 0), "somebody");

        assertThat(read.id()).isEqualTo(letter.id()).matches("d-[0-9a-f]{20}");
        assertThat(read.reader()).isEqualTo("reader");
        assertThat(read.origin()).isEqualTo(new Origin(TOPIC, 2, 77, 123_456));
        assertThat(read.cause()).isEqualTo(Cause.EFFECT_FAILED);
        assertThat(read.reason()).isEqualTo("why");
        assertThat(read.exception()).isEqualTo("java.lang.IllegalStateException");
        assertThat(read.stack()).contains("DeadLetterTest").hasSizeLessThanOrEqualTo(4000);
        assertThat(read.attempts()).isEqualTo(3);
        assertThat(read.key()).isEqualTo(KEY);
        assertThat(read.value()).containsExactly(1, 2, 3);
        assertThat(read.headers()).isEqualTo(List.of(record.headers().toArray()));
    }

    @Test
    void whatWasSentBackAndFailsAgainIsTheSameLetterOfTheNextRoundWithAllItsAttempts() {
        DeadLetter first = DeadLetter.of("reader", record, Cause.EFFECT_FAILED, new IllegalStateException("one"), 3);
        ProducerRecord<byte[], byte[]> back = first.inRound(1).replay(first.headers(), first.value());
        assertThat(back.topic()).isEqualTo(TOPIC + ".replay");

        DeadLetter second =
                DeadLetter.of("reader", wire(back, 5), Cause.MALFORMED, new IllegalStateException("two"), 1);

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.round()).isEqualTo(1);
        assertThat(second.attempts()).isEqualTo(4);
        assertThat(second.record().topic()).isEqualTo(TOPIC + ".dlq");
        assertThat(second.headers()).isEqualTo(first.headers());
    }

    @Test
    void aRecordIsForTheReaderThatParkedItAndNotWhenItWasGivenUp() {
        DeadLetter letter = DeadLetter.of("reader", record, Cause.MALFORMED, new IllegalStateException("why"), 1);
        ConsumerRecord<byte[], byte[]> back = wire(letter.replay(letter.headers(), letter.value()), 0);

        assertThat(DeadLetter.isSentBackTo("reader", back)).isTrue();
        assertThat(DeadLetter.isSentBackTo("another", back)).isFalse();
        assertThat(DeadLetter.isSentBackTo("reader", wire(letter.discard(), 0))).isFalse();
        assertThat(Delivery.of("reader", TYPE.topic(), wire(letter.discard(), 0))
                        .isDiscarded())
                .isTrue();
    }

    @Test
    void aRecordOfItsTopicIsFreshWhateverItsHeadersClaim() {
        record.headers().add("dlq_offset", "1".getBytes(UTF_8));

        Delivery delivery = Delivery.of("reader", TYPE.topic(), record);

        assertThat(delivery.back()).isFalse();
        assertThat(delivery.origin().offset()).isEqualTo(77);
    }

    @Test
    void aValueThatHasNoRoomIsLeftOutAndItsSizeTold() {
        try (NarrowProducer producer = new NarrowProducer(1)) {
            new DeadLetters(producer)
                    .park(DeadLetter.of("reader", record, Cause.TOO_LARGE, new IllegalStateException("large"), 1));

            DeadLetter read = DeadLetter.read(wire(producer.history().getLast(), 0), "");
            assertThat(read.value()).isNull();
            assertThat(read.droppedBytes()).isEqualTo(3);
            assertThat(read.key()).isEqualTo(KEY);
            assertThat(read.headers()).isNotEmpty();
        }
        try (NarrowProducer producer = new NarrowProducer(2)) {
            new DeadLetters(producer)
                    .park(DeadLetter.of("reader", record, Cause.TOO_LARGE, new IllegalStateException("large"), 1));

            DeadLetter read = DeadLetter.read(wire(producer.history().getLast(), 0), "");
            assertThat(read.droppedBytes()).isEqualTo(3);
            assertThat(read.headers()).isEmpty();
        }
    }

    @Test
    void aBrokerThatTakesNothingIsAFailure() {
        try (MockProducer<byte[], byte[]> producer = producer()) {
            producer.sendException = new TimeoutException("away");
            DeadLetters letters = new DeadLetters(producer);
            DeadLetter letter = DeadLetter.of("reader", record, Cause.MALFORMED, new IllegalStateException("why"), 1);

            assertThatThrownBy(() -> letters.park(letter)).isInstanceOf(KafkaException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rivulet.inference.v1.CompletionRecorded, MALFORMED, can't be read",
        "rivulet.inference.v99.CompletionRecorded, NEWER_SCHEMA, newer than",
        "rivulet.inference.v1.JobProgressed, UNKNOWN_TYPE, expected type",
        "nonsense, UNKNOWN_TYPE, found nonsense"
    })
    void everyKindOfPoisonIsKnownByItsCause(String type, Cause cause, String reason) {
        ConsumerRecord<byte[], byte[]> poison = record(type, new byte[] {-1, -1, -1});

        assertThatThrownBy(() -> Decoding.event(TYPE, poison, 100))
                .isInstanceOfSatisfying(
                        PoisonException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(cause))
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsTooLargeOrHasNoHeadersOrALaterSchemaIsPoisonToo() {
        assertThatThrownBy(() -> Decoding.event(TYPE, record(TYPE.type(), new byte[101]), 100))
                .hasMessageContaining("101 bytes");
        assertThatThrownBy(() -> Decoding.event(TYPE, new ConsumerRecord<>(TOPIC, 0, 0, KEY, new byte[1]), 100))
                .hasMessageContaining("ce_type is missing");
        ConsumerRecord<byte[], byte[]> later = record(TYPE.type(), new byte[0]);
        later.headers().remove("ce_dataschema");
        later.headers()
                .add("ce_dataschema", "urn:rivulet:schema:rivulet.inference.v2.CompletionRecorded".getBytes(UTF_8));
        assertThatThrownBy(() -> Decoding.event(TYPE, later, 100))
                .isInstanceOfSatisfying(
                        PoisonException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(Cause.NEWER_SCHEMA));
        assertThat(Decoding.event(TYPE, record(TYPE.type(), new byte[0]), 100).id())
                .isEqualTo("id");
    }

    @Test
    void retriesWaitLongerEachTimeAndSettingsAreBounded() {
        ReaderSettings settings = ReaderSettings.of("reader");

        assertThat(settings.backoff(1)).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.backoff(2)).isEqualTo(Duration.ofMillis(200));
        assertThatThrownBy(() -> new ReaderSettings("", 3, Duration.ZERO, 1, 1, Duration.ofDays(1)))
                .hasMessageContaining("group");
        assertThatThrownBy(() -> new ReaderSettings("r", 3, Duration.ofSeconds(11), 1, 1, Duration.ofDays(1)))
                .hasMessageContaining("10s");
    }

    /** Has no room for the first so many records. */
    private static final class NarrowProducer extends MockProducer<byte[], byte[]> {
        private int refusals;

        NarrowProducer(int refusals) {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            this.refusals = refusals;
        }

        @Override
        public synchronized java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata> send(
                ProducerRecord<byte[], byte[]> sent) {
            if (refusals-- > 0) {
                return java.util.concurrent.CompletableFuture.failedFuture(new RecordTooLargeException("no room"));
            }
            return super.send(sent);
        }
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ConsumerRecord<byte[], byte[]> record(String type, byte[] value) {
        Event<CompletionRecorded> event =
                new Event<>("id", "/test", TYPE, "key", Instant.EPOCH, null, CompletionRecorded.getDefaultInstance());
        ProducerRecord<byte[], byte[]> written = new ProducerRecord<>(TOPIC, KEY, value);
        event.headers()
                .forEach((name, header) ->
                        written.headers().add(name, name.equals("ce_type") ? type.getBytes(UTF_8) : header));
        return wire(written, 77);
    }

    private static ConsumerRecord<byte[], byte[]> wire(ProducerRecord<byte[], byte[]> written, long offset) {
        return new ConsumerRecord<>(
                written.topic(),
                2,
                offset,
                123_456,
                org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                0,
                0,
                written.key(),
                written.value(),
                written.headers(),
                java.util.Optional.empty());
    }
}
