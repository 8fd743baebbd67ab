// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Climbs a route with streams: the first tokens of each are held back and judged. A stream that breaks before it has been shown
 * goes on with the next model; one that breaks later ends as a partial answer, if the route has them.
 */
final class StreamCascade {

    private final Models models;
    private final Judge judge;
    private final Ladder ladder;
    private final Replies replies;
    private final Partials partials;

    StreamCascade(Models models, Judge judge, Ladder ladder, Replies replies, Partials partials) {
        this.models = models;
        this.judge = judge;
        this.ladder = ladder;
        this.replies = replies;
        this.partials = partials;
    }

    Mono<Answer> answer(Climb climb) {
        return models.stream(climb.question().to(climb.model(), true, climb.likelihoods(), null), climb.next())
                .map(head -> head.with(Flux.defer(() -> judged(climb, head))))
                .onErrorResume(Models::mayBeAskedOfAnother, failure -> past(climb, failure));
    }

    private Mono<Answer> past(Climb climb, Throwable failure) {
        if (!climb.isLast() && climb.judged()) {
            return answer(climb.past());
        }
        return climb.fallback() >= 0
                ? answer(climb.down())
                : ladder.bottom(climb.name(), climb.route(), climb.question(), failure);
    }

    private Flux<ByteBuf> judged(Climb climb, Answer head) {
        HoldBack hold = new HoldBack(
                climb.question(),
                climb.isJudged() ? climb.route().escalate() : null,
                judge,
                climb.route().holdBackTokens(),
                climb.likelihoods() && !climb.question().wantsLogprobs(),
                () -> said(climb));
        return SseEvents.each(SseEvents.of(head.body()), hold::accept)
                .concatWith(Flux.defer(() -> Flux.fromIterable(hold.rest())))
                .map(SseEvents::bytes)
                .onErrorResume(failure -> broken(climb, hold, failure));
    }

    private Flux<ByteBuf> broken(Climb climb, HoldBack hold, Throwable failure) {
        if (failure instanceof HoldBack.PoorAnswerException) {
            return body(answer(climb.higher(null)));
        }
        if (failure instanceof Error) {
            return Flux.error(failure);
        }
        if (!hold.hasPassed()) {
            return body(past(climb, failure));
        }
        if (!climb.route().continues() || hold.isLong() || hold.text().isEmpty()) {
            return Flux.error(failure);
        }
        Passage passage = climb.question().ask().passage();
        String token =
                partials.keep(passage.caller(), climb.name(), climb.question().said() + hold.text());
        ladder.said(climb.name(), passage, climb.model(), "partial");
        return Flux.fromIterable(replies.partial(climb.model(), token)).map(SseEvents::bytes);
    }

    /** What another model says in the place of a stream; where it says nothing, the failure ends the stream. */
    private static Flux<ByteBuf> body(Mono<Answer> other) {
        return other.onErrorResume(Models.CallersFaultException.class, callers -> Mono.just(callers.answer()))
                .flatMapMany(answer -> answer.isStream()
                        ? answer.body()
                        : Models.error(answer)
                                .map(SseEvents::event)
                                .map(SseEvents::bytes)
                                .flux());
    }

    private void said(Climb climb) {
        boolean down = !climb.judged();
        String how = down ? "smaller-model" : climb.rung() == 0 ? "first" : "escalated";
        ladder.said(climb.name(), climb.question().ask().passage(), climb.model(), how);
    }
}
