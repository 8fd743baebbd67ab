// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.json.JsonMapper;

/** A stream whose pieces are told by several threads, one after the other, as those of a graph of stages are. */
class SseRelayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final EventLoop loop = new DefaultEventLoop();
    private final LocalChannel channel = new LocalChannel();
    private final Sinks.Many<ByteBuf> pieces = Sinks.many().unicast().onBackpressureBuffer();

    @BeforeEach
    void register() {
        channel.pipeline().addLast(new Outlet.Pace());
        loop.register(channel).syncUninterruptibly();
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void noPieceIsLostAndAllKeepTheirOrder() {
        Mono<List<String>> read = Flux.from(relay(answer()))
                .map(SseRelayTest::text)
                .doOnSubscribe(reader -> loop.execute(() -> {
                    onAnotherThread(() -> tell("data: {\"n\":1}\n\n"));
                    tell("data: {\"n\":2}\n\n");
                    onAnotherThread(() -> tell("data: {\"n\":3}\n\n"));
                    tell(SseEvents.DONE);
                    pieces.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
                }))
                .collectList();

        String all = String.join("", Objects.requireNonNull(read.block(PATIENCE)));

        assertThat(all.lines().filter(line -> line.startsWith("data: ")))
                .containsExactly("data: {\"n\":1}", "data: {\"n\":2}", "data: {\"n\":3}", "data: [DONE]");
    }

    /** Opened by a first piece, as a reader finds it. */
    private SseRelay relay(Answer answer) {
        SseRelay relay = new SseRelay(
                Outlet.of(channel),
                Mono.just(answer),
                new Passage("request", System::nanoTime),
                properties(),
                new ErrorBodies(JsonMapper.shared()),
                System::nanoTime);
        tell(": begins\n\n");
        assertThat(relay.opening().block(PATIENCE)).isInstanceOf(Opening.Events.class);
        return relay;
    }

    private Answer answer() {
        return new Answer(
                "replica",
                200,
                new DefaultHttpHeaders().set("content-type", "text/event-stream"),
                pieces.asFlux(),
                () -> {});
    }

    private static RelayProperties properties() {
        return new RelayProperties(
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(128),
                LONG,
                LONG,
                64,
                DataSize.ofMegabytes(8),
                1,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG);
    }

    private void tell(String event) {
        pieces.emitNext(SseEvents.bytes(event), Sinks.EmitFailureHandler.FAIL_FAST);
    }

    private static String text(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.release();
        return text;
    }

    private static void onAnotherThread(Runnable work) {
        try {
            Thread.ofPlatform().start(work).join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
