// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.admission.AdmissionGate.Asked;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.exchange.TokenMeter;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Next to the replica: measures how long requests wait there, for the limit of their model, and how many tokens answers take,
 * for the budget of their key. Every time that a replica is asked counts, however many steps asked for it; an answer that is
 * cut off counts as far as it came. What asks for no answer of a model is let through.
 */
@Component
final class MeterStep implements Step {

    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final AdmissionGate gate;

    MeterStep(AdmissionGate gate) {
        this.gate = gate;
    }

    @Override
    public int getOrder() {
        return Order.METER;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        if (ask.counts()) {
            return next.answer(ask);
        }
        return Mono.defer(() -> {
            Asked asked = gate.asking(ask.envelope().model(), TokenMeter.guess(ask.body()));
            return next.answer(ask)
                    .map(answer -> metered(ask, answer, asked))
                    .doOnError(failure -> asked.ended(OptionalLong.empty()))
                    .doOnCancel(() -> asked.ended(OptionalLong.empty()));
        });
    }

    private static Answer metered(Ask ask, Answer answer, Asked asked) {
        if (answer.status() == TOO_MANY || answer.status() == UNAVAILABLE) {
            asked.refused();
        }
        boolean good = answer.status() == 200;
        boolean firstByteTells = good && (answer.isStream() || !generates(ask.path()));
        TokenMeter meter = new TokenMeter(answer.isStream());
        // Before the end goes on, so that whoever settles then knows of it; once, for a cancel may follow.
        AtomicBoolean open = new AtomicBoolean(true);
        Runnable end = () -> {
            if (open.compareAndSet(true, false)) {
                asked.ended(good ? queued(answer, meter) : OptionalLong.empty());
                ask.passage().used(good ? meter.tokens(TokenMeter.guess(ask.body())) : 0);
            }
        };
        Flux<ByteBuf> body = answer.body()
                .doOnNext(bytes -> {
                    if (firstByteTells && TokenMeter.isContent(bytes)) {
                        asked.firstByte();
                    }
                    meter.see(bytes);
                })
                .doOnTerminate(end)
                .doOnCancel(end);
        return new Answer(answer.replica(), answer.status(), answer.headers(), body, () -> {
            asked.ended(OptionalLong.empty());
            answer.abandon().run();
        });
    }

    private static OptionalLong queued(Answer answer, TokenMeter meter) {
        String timing = answer.header("server-timing");
        return timing == null ? meter.queued() : TokenMeter.queued(timing);
    }

    /** Whether the time to an answer's first byte is that of the whole answer where it is not streamed. */
    private static boolean generates(String path) {
        return path.equals(Endpoint.CHAT.path()) || path.equals(Endpoint.TEXT.path());
    }
}
