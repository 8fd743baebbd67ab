// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One verdict on each answer, the first. Where gateways share answers, one that another gave may not be known here yet, so it is
 * looked for a moment; and the first verdict is the one that stands first on the topic, so it is read back before its caller is told.
 */
final class Verdicts {

    private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int LOOKS = 20;
    private static final Duration READ_BACK = Duration.ofSeconds(2);

    private final AnsweredRequests answers;
    private final FeedbackLog told;
    private final boolean shared;
    private final MeterRegistry meters;

    Verdicts(AnsweredRequests answers, FeedbackLog told, boolean shared, MeterRegistry meters) {
        this.answers = answers;
        this.told = told;
        this.shared = shared;
        this.meters = meters;
    }

    /** The answer to a request of this caller; fails with {@code not_found} if there is none that is known. */
    Mono<Answered> on(String caller, String request) {
        Mono<Answered> known = Mono.defer(() -> Mono.justOrEmpty(answers.find(caller, request)));
        Mono<Answered> soon =
                shared ? known.repeatWhenEmpty(looks -> looks.take(LOOKS).delayElements(LOOK_AGAIN)) : known;
        return soon.switchIfEmpty(Mono.error(this::unknown));
    }

    /** Completes when the verdict is kept; fails where there is another one already, or it can't be told on. */
    Mono<Void> give(Answered answered, String request, double score, Instant at) {
        return switch (answered.take(score)) {
            case AGAIN -> Mono.empty();
            case OTHER -> Mono.error(other());
            case FIRST ->
                told.given(event(answered, request, score, at))
                        .doOnSuccess(nothing -> count("given"))
                        .doOnCancel(answered::forget)
                        .onErrorMap(failure -> {
                            answered.forget();
                            count("failed");
                            log.warn("Feedback can't be told on: {}", failure.toString());
                            return new ProblemException(Problem.of(
                                    ProblemCode.BROKER_UNAVAILABLE,
                                    "Feedback can't be taken now. Try again in a moment."));
                        })
                        .then(holds(answered, score));
        };
    }

    /** Where it can't be read back in time it is kept all the same, and readers count the first. */
    private Mono<Void> holds(Answered answered, double score) {
        return shared
                ? answered.settled()
                        .timeout(READ_BACK, Mono.just(score))
                        .flatMap(first -> first == score ? Mono.empty() : Mono.error(other()))
                : Mono.empty();
    }

    private static FeedbackGiven event(Answered answered, String request, double score, Instant at) {
        return FeedbackGiven.newBuilder()
                .setRequest(request)
                .setModel(answered.model())
                .setVersion(answered.version())
                .setScore(score)
                .setGivenAt(
                        Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()))
                .build();
    }

    private static ProblemException other() {
        return new ProblemException(Problem.at(
                ProblemCode.ALREADY_EXISTS, "request_id", "There is another verdict on this answer; the first holds."));
    }

    private ProblemException unknown() {
        count("unknown");
        return new ProblemException(Problem.at(
                ProblemCode.NOT_FOUND,
                "request_id",
                shared
                        ? "No answer of yours to that request is known, or it is known no longer."
                        : "This gateway knows no answer of yours to that request, or it knows it no longer."));
    }

    private void count(String outcome) {
        meters.counter("rivulet.gateway.feedback", "outcome", outcome).increment();
    }
}
