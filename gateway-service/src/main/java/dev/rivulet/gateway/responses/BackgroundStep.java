// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.KeepAlive;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.jobs.Job;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs a response as a job where its caller does not want to wait for it. */
final class BackgroundStep implements Step {

    private static final String PING = ": ping\n\n";

    private final Background background;
    private final Duration ping;

    /** @param ping time between keep-alive comments while a reader waits */
    BackgroundStep(Background background, Duration ping) {
        this.background = background;
        this.ping = ping;
    }

    @Override
    public int getOrder() {
        return Order.BACKGROUND;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        Optional<ResponsesForm> form = ask.passage()
                .dialect()
                .filter(ResponsesForm.class::isInstance)
                .map(ResponsesForm.class::cast)
                .filter(ResponsesForm::isBackground);
        return form.isPresent() ? submitted(ask, form.get()) : next.answer(ask);
    }

    private Mono<Answer> submitted(Ask ask, ResponsesForm form) {
        return form.submit(ask, background)
                .doOnNext(job -> ask.passage().handedOver())
                .map(job -> ask.envelope().stream()
                        ? answer("text/event-stream", stream(job))
                        : answer(
                                "application/json",
                                Flux.defer(() ->
                                        Flux.just(Unpooled.wrappedBuffer("{}".getBytes(StandardCharsets.US_ASCII))))));
    }

    private Flux<ByteBuf> stream(Job job) {
        return KeepAlive.between(background.chunks(job), ping, () -> PING).map(SseEvents::bytes);
    }

    private static Answer answer(String type, Flux<ByteBuf> body) {
        return new Answer("-", 200, new DefaultHttpHeaders().set("content-type", type), body, () -> {});
    }
}
