package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.StubReplica;
import io.netty.buffer.ByteBuf;
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
    void aFailureOfWhoReadsAlongEndsAllAtOnceAndNothingMoreIsTaken() {
        List<Integer> taken = new ArrayList<>();
        Flux<String> told = SseEvents.each(Flux.range(0, 100).doOnNext(taken::add), item -> {
            throw CUT;
        });

        StepVerifier.create(told).expectErrorMatches(CUT::equals).verify();

        assertThat(taken).hasSizeLessThanOrEqualTo(2);
    }
}
