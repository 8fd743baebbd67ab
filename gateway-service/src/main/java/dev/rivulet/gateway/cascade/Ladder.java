// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Route;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Says who has spoken, and goes down where nobody can: to the smaller model's answer, to a partial one, to a rule, to a refusal.
 */
final class Ladder {

    /** Which model has answered. */
    static final String MODEL = Passage.MODEL;

    private static final Logger log = LoggerFactory.getLogger(Ladder.class);

    private final Replies replies;
    private final MeterRegistry meters;

    Ladder(Replies replies, MeterRegistry meters) {
        this.replies = replies;
        this.meters = meters;
    }

    /** A model has answered well enough. */
    Answer spoken(Climb climb, Spoken spoken) {
        said(climb.name(), climb.question().ask().passage(), climb.model(), climb.rung() == 0 ? "first" : "escalated");
        return replies.whole(climb.question(), spoken.shown(climb.question()));
    }

    /** No larger model answers: the smaller one's answer has to do. */
    Answer smaller(Climb climb, Spoken poor) {
        said(climb.name(), climb.question().ask().passage(), poor.model(), "smaller-model");
        return replies.whole(climb.question(), poor.shown(climb.question()));
    }

    /** No model answers: a rule does, or a refusal; where the route has neither, the failure stays one. */
    Mono<Answer> bottom(String name, Route route, Question question, Throwable failure) {
        String text = question.text();
        Passage passage = question.ask().passage();
        log.atWarn()
                .addKeyValue("request_id", passage.id())
                .log("No model of route {} answers: {}", name, failure.toString());
        for (CascadeProperties.Rule rule : route.rules()) {
            if (rule.when().matcher(text).find()) {
                said(name, passage, "rules", "rules");
                return Mono.just(replies.text(question, "rules", rule.say()));
            }
        }
        String refusal = route.refusal();
        if (refusal == null) {
            return Mono.error(failure);
        }
        said(name, passage, "refusal", "refusal");
        return Mono.just(replies.text(question, "refusal", refusal));
    }

    /**
     * Tells the caller and the metrics.
     *
     * @param how {@code first}, {@code escalated} or {@code ensemble}; or the rung of the ladder
     */
    void said(String route, Passage passage, String model, String how) {
        meters.counter("rivulet.gateway.cascade", "route", route, "model", model, "how", how)
                .increment();
        passage.tell(MODEL, model);
        if (!how.equals("first") && !how.equals("escalated") && !how.equals("ensemble")) {
            passage.tell(Passage.DEGRADED, how);
        }
    }
}
