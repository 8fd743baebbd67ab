// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers in the form of a {@link Dialect}: a stream event by event at its reader's pace, a failure as that of the gateway. */
final class Translating {

    private static final int LARGEST_ERROR = 65_536;

    private final ErrorBodies errors;
    private final long largest;

    /** @param largest bytes of an answer that is no stream */
    Translating(ErrorBodies errors, long largest) {
        this.errors = errors;
        this.largest = largest;
    }

    /** @return the answer in its form; or a {@link ProblemException} with what the replica told instead of one */
    Mono<Answer> into(Dialect.Form dialect, Answer answer, String requestId) {
        if (answer.isStream()) {
            Dialect.Translation translation = dialect.stream(requestId);
            return Mono.just(answer.with(SseEvents.each(SseEvents.of(answer.body()), translation::event)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(translation.end())))
                    .map(SseEvents::bytes)));
        }
        if (answer.status() != 200 || !answer.isJson()) {
            return errors.ofReplica(answer, LARGEST_ERROR)
                    .flatMap(problem -> Mono.error(new ProblemException(retry(answer, problem))));
        }
        return answer.bytes(largest)
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                        Problem.of(ProblemCode.REPLICA_LOST, "The answer is larger than this gateway passes on."))))
                .map(body -> answer.with(Flux.just(Unpooled.wrappedBuffer(dialect.whole(body)))));
    }

    private static Problem retry(Answer answer, Problem problem) {
        String seconds = answer.header("retry-after");
        return seconds != null && seconds.matches("\\d{1,5}")
                ? problem.retryAfter(Duration.ofSeconds(Long.parseLong(seconds)))
                : problem;
    }
}
