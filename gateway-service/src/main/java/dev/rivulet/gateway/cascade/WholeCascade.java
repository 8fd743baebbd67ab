// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.exchange.Answer;
import reactor.core.publisher.Mono;

/** Climbs a route with answers that are not streamed. */
final class WholeCascade {

    private final Models models;
    private final Judge judge;
    private final Ladder ladder;

    WholeCascade(Models models, Judge judge, Ladder ladder) {
        this.models = models;
        this.judge = judge;
        this.ladder = ladder;
    }

    Mono<Answer> answer(Climb climb) {
        return models.whole(climb.question().to(climb.model(), false, climb.likelihoods(), null), climb.next())
                .flatMap(spoken -> isPoor(climb, spoken)
                        ? answer(climb.higher(spoken))
                        : Mono.fromSupplier(() -> ladder.spoken(climb, spoken)))
                .onErrorResume(Models::mayBeAskedOfAnother, failure -> past(climb, failure));
    }

    private Mono<Answer> past(Climb climb, Throwable failure) {
        if (!climb.isLast()) {
            return answer(climb.past());
        }
        Spoken poor = climb.poor();
        return poor == null
                ? ladder.bottom(climb.name(), climb.route(), climb.question(), failure)
                : Mono.fromSupplier(() -> ladder.smaller(climb, poor));
    }

    private boolean isPoor(Climb climb, Spoken spoken) {
        return climb.isJudged()
                && judge.isPoor(climb.route().escalate(), climb.question(), spoken.confidence(), spoken.text());
    }
}
