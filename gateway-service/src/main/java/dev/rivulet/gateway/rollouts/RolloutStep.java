// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.rollouts.RolloutCounts.Outcome;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Sends each request under a rollout to the version that it belongs to. Where the candidate is not there or comes to nothing before
 * a token was sent, the baseline answers; where the baseline has just left, whatever serves all does: no caller sees a rollout fail.
 */
final class RolloutStep implements Step {

    private static final Logger log = LoggerFactory.getLogger(RolloutStep.class);

    private static final Set<ProblemCode> ABSENT =
            Set.of(ProblemCode.NO_REPLICA, ProblemCode.MODEL_LOADING, ProblemCode.MODEL_NOT_FOUND);
    private static final int SUCCESS = 200;
    private static final int NOT_FOUND = 404;
    private static final int FAULTS = 500;

    private final Rollouts rollouts;
    private final Routes routes;
    private final RolloutCounts counts;
    private final Shadows shadows;
    private final InstantSource clock;

    /** @param clock to tell how long a step took to be felt */
    RolloutStep(Rollouts rollouts, Routes routes, RolloutCounts counts, Shadows shadows, InstantSource clock) {
        this.rollouts = rollouts;
        this.routes = routes;
        this.counts = counts;
        this.shadows = shadows;
        this.clock = clock;
    }

    @Override
    public int getOrder() {
        return Order.ROLLOUT;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        return Mono.defer(() -> rollouts.underWay(ask.envelope().model())
                .map(rollout -> answer(ask, next, rollout))
                .orElseGet(() -> next.answer(ask)));
    }

    private Mono<Answer> answer(Ask ask, Answering next, Rollout rollout) {
        if (ask.counts() || !rollout.isForCandidate(rollouts.session(ask))) {
            Mono<Answer> answer = baseline(ask, next, rollout);
            return rollout.mirrors() ? answer.map(one -> shadows.mirror(ask, one, next, rollout)) : answer;
        }
        if (!routes.isReady(rollout.model(), rollout.candidate())) {
            counts.count(rollout, rollout.candidate(), Outcome.ABSENT);
            return baseline(ask, next, rollout);
        }
        return candidate(ask, next, rollout);
    }

    private Mono<Answer> candidate(Ask ask, Answering next, Rollout rollout) {
        return next.answer(ask.of(rollout.candidate()))
                .flatMap(Begun::of)
                .flatMap(begun -> {
                    counts.count(
                            rollout, rollout.candidate(), outcome(begun.answer().status(), begun.good()));
                    if (begun.good()) {
                        if (rollouts.isFirstAnswer(rollout)) {
                            counts.stepTaken(Duration.between(rollout.changedAt(), clock.instant()));
                        }
                        return Mono.just(begun.answer());
                    }
                    begun.answer().abandon().run();
                    return Mono.<Answer>empty();
                })
                .onErrorResume(failure -> !(failure instanceof Error), failure -> {
                    counts.count(rollout, rollout.candidate(), Outcome.ERROR);
                    log.atWarn()
                            .addKeyValue("request_id", ask.passage().id())
                            .log(
                                    "Version {} of {} came to nothing, version {} is asked: {}",
                                    rollout.candidate(),
                                    rollout.model(),
                                    rollout.baseline(),
                                    failure.toString());
                    return Mono.empty();
                })
                .switchIfEmpty(Mono.defer(() -> baseline(ask, next, rollout)));
    }

    private Mono<Answer> baseline(Ask ask, Answering next, Rollout rollout) {
        String version = rollout.baseline();
        if (!routes.isReady(rollout.model(), version)) {
            return next.answer(ask);
        }
        return next.answer(ask.of(version))
                .flatMap(answer -> {
                    if (answer.status() == NOT_FOUND) {
                        answer.abandon().run();
                        return next.answer(ask);
                    }
                    return Mono.just(answer);
                })
                .onErrorResume(
                        ProblemException.class,
                        failure -> ABSENT.contains(failure.problem().code()) ? next.answer(ask) : Mono.error(failure))
                .doOnNext(answer -> count(ask, rollout, outcome(answer.status(), answer.status() == SUCCESS)))
                .doOnError(failure -> count(ask, rollout, Outcome.ERROR));
    }

    /** To count the tokens of a prompt is no work of a version. */
    private void count(Ask ask, Rollout rollout, Outcome outcome) {
        if (!ask.counts()) {
            counts.count(rollout, rollout.baseline(), outcome);
        }
    }

    private static Outcome outcome(int status, boolean good) {
        if (good) {
            return Outcome.OK;
        }
        return status == SUCCESS || status >= FAULTS || status == NOT_FOUND ? Outcome.ERROR : Outcome.REFUSED;
    }
}
