// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Route;
import dev.rivulet.gateway.exchange.Answering;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way up a route.
 *
 * @param name of the route
 * @param next whoever asks one model
 * @param rung which model is asked: 0 is the smallest
 * @param judged whether its answer is judged; it never is where there is no larger model
 * @param fallback a rung whose answer was not good enough, and is given where no larger model answers; −1 for none
 * @param poor its answer, if that is known; null if it has to be asked again
 */
record Climb(
        String name,
        Route route,
        Question question,
        Answering next,
        int rung,
        boolean judged,
        int fallback,
        @Nullable Spoken poor) {

    static Climb from(String name, Route route, Question question, Answering next, int rung) {
        return new Climb(name, route, question, next, rung, true, -1, null);
    }

    String model() {
        return route.models().get(rung);
    }

    boolean isLast() {
        return rung == route.models().size() - 1;
    }

    boolean isJudged() {
        return judged && !isLast();
    }

    /** Whether the model is to tell how likely its tokens are although the caller does not want to know. */
    boolean likelihoods() {
        return isJudged() && route.escalate().byTokens();
    }

    /** To the next model, because this one's answer was not good enough. */
    Climb higher(@Nullable Spoken answer) {
        return new Climb(name, route, question, next, rung + 1, judged, rung, answer);
    }

    /** To the next model, because this one did not answer. */
    Climb past() {
        return new Climb(name, route, question, next, rung + 1, judged, fallback, poor);
    }

    /** Down again, to take what there is. */
    Climb down() {
        return new Climb(name, route, question, next, fallback, false, -1, null);
    }
}
