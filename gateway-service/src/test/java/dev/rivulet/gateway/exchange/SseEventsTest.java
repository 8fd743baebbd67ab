// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.StubReplica;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class SseEventsTest {

    private static final IllegalStateException CUT = new IllegalStateException("cut");

    @Test
    void whatCameBeforeAFailureIsToldBeforeItHoweverSlowlyItIsRead() {
        TestPublisher<ByteBuf> body = TestPublisher.create();
        Flux<String> doubled = SseEvents.each(SseEvents.of(body.flux()), event -> List.of(event, event));

        StepVerifier.create(doubled, 1)
                .then(() ->
                        body.next(StubReplica.utf8("data: 1\n\ndata: 2\n\nda")).error(CUT))
                .expectNext("data: 1\n\n")
                .thenRequest(1)
                .expectNext("data: 1\n\n")
                .thenRequest(2)
                .expectNext("data: 2\n\n", "data: 2\n\n")
                .thenRequest(1)
                .expectErrorMatches(CUT::equals)
                .verify();
    }

    @Test
    void eventsAreTheSameHoweverTheirBytesAreCut() {
        String text = "data: 1\n\n: ping\n\ndata: a\r\ndata: \u00fc\r\n\r\ndata: 3\n\ndata: 4";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            StepVerifier.create(SseEvents.of(cut(bytes, size)))
                    .expectNext(
                            "data: 1\n\n", ": ping\n\n", "data: a\r\ndata: \u00fc\r\n\r\n", "data: 3\n\n", "data: 4")
                    .verifyComplete();
        }
    }

    @Test
    void eventsThatPassAndEventsThatAreMendedAreTheSameHoweverTheirBytesAreCut() {
        String text =
                "data: 1\n\n: ping\n\ndata: a\r\ndata: \u00fc\r\n\r\n\n\ndata: \u00fc3\n\ndata: 2\n\ndata: 4\n\ndata: 2";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String mended = text.replace("data: 2", "data: two").replace("data: 4\n\n", "data: 4a\n\ndata: 4b\n\n");
        for (int size = 1; size <= bytes.length; size++) {
            Flux<ByteBuf> told = SseEvents.mended(
                    cut(bytes, size),
                    event -> !event.contains("data: 2") && !event.contains("data: 4"),
                    event -> event.startsWith("data: 4")
                            ? List.of("data: 4a\n\n", "data: 4b\n\n")
                            : List.of(event.replace("data: 2", "data: two")));

            assertThat(told.map(part -> part.toString(StandardCharsets.UTF_8))
                            .collectList()
                            .block())
                    .as("buffers of %d bytes", size)
                    .satisfies(parts -> assertThat(String.join("", parts)).isEqualTo(mended));
        }
    }

    @Test
    void aBufferThatIsOneEventPassesAsItIsAndOneOfSeveralIsLookedAtEventByEvent() {
        ByteBuf one = StubReplica.utf8("id: 7\ndata: 1\n\n");
        ByteBuf several = StubReplica.utf8("data: 1\n\ndata: 2\n\n");
        List<String> looked = new ArrayList<>();

        List<ByteBuf> told = SseEvents.mended(Flux.just(one, several), event -> true, event -> {
                    looked.add(event);
                    return List.of(event);
                })
                .collectList()
                .block();

        assertThat(told).hasSize(3).first().isSameAs(one);
        assertThat(looked).containsExactly("data: 1\n\n", "data: 2\n\n");
        assertThat(several.refCnt()).isZero();
    }

    @Test
    void anEventLargerThanAMebibyteEndsTheStreamWithAFailure() {
        byte[] half = new byte[600_000];

        StepVerifier.create(SseEvents.of(Flux.just(Unpooled.wrappedBuffer(half), Unpooled.wrappedBuffer(half))))
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("larger than 1048576 bytes"))
                .verify();
    }

    @Test
    void theDataOfAnEventIsThatOfItsLinesWithoutOtherFields() {
        assertThat(SseEvents.data("data: 1\n\n")).isEqualTo("1");
        assertThat(SseEvents.data("event: x\r\ndata:{\r\nid: 7\r\ndata: }\r\n\r\n"))
                .isEqualTo("{\n}");
        assertThat(SseEvents.data(": ping\n\n")).isNull();
        assertThat(SseEvents.data("data:\n\n")).isNull();
    }

    private static Flux<ByteBuf> cut(byte[] bytes, int size) {
        return Flux.range(0, (bytes.length + size - 1) / size)
                .map(part -> Unpooled.copiedBuffer(bytes, part * size, Math.min(size, bytes.length - part * size)));
    }

    @Test
    void aFailureOfWhoReadsAlongEndsAllAtOnceAndNothingMoreIsTaken() {
        List<Integer> taken = new ArrayList<>();
        Flux<String> told = SseEvents.each(Flux.range(0, 100).doOnNext(taken::add), item -> {
            throw CUT;
        });

        StepVerifier.create(told).expectErrorMatches(CUT::equals).verify();

        assertThat(taken).hasSizeLessThanOrEqualTo(2);
    }
}
