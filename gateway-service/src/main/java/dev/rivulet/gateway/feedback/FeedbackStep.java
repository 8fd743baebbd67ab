// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Step;
import reactor.core.publisher.Mono;

/** Remembers who got an answer from which version, before anything of it goes out. */
final class FeedbackStep implements Step {

    private static final int SUCCESS = 200;

    private final AnsweredRequests answers;
    private final AnswerBoard board;

    FeedbackStep(AnsweredRequests answers, AnswerBoard board) {
        this.answers = answers;
        this.board = board;
    }

    @Override
    public int getOrder() {
        return Order.FEEDBACK;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        Mono<Answer> answer = next.answer(ask);
        return ask.counts()
                ? answer
                : answer.doOnNext(one -> {
                    if (one.status() == SUCCESS) {
                        answers.answered(ask.passage()).ifPresent(board::post);
                    }
                });
    }
}
