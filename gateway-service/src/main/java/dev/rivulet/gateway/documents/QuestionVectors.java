// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Blame;
import dev.rivulet.gateway.exchange.Passage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/** What questions mean, from a model that is waited for so long and left alone for a while where it keeps failing. */
final class QuestionVectors {

    private final Embeddings embeddings;
    private final Duration patience;
    private final LongSupplier nanos;
    private final CircuitBreaker breaker;

    /** @param nanos a monotonic clock */
    QuestionVectors(Embeddings embeddings, DocumentsProperties limits, LongSupplier nanos) {
        this.embeddings = embeddings;
        this.patience = limits.patience();
        this.nanos = nanos;
        this.breaker = CircuitBreaker.of(
                "documents",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(limits.failures())
                        .minimumNumberOfCalls(limits.failures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(limits.pause())
                        .build());
    }

    /** Whether the model is left alone now. */
    boolean leftAlone() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    /** A vector of length 1; fails where the model gives none, is too slow, or is left alone. */
    Mono<float[]> of(String question, Passage passage, Answering models) {
        return Mono.defer(() -> {
            breaker.acquirePermission();
            Trial trial = new Trial();
            return embeddings
                    .of(List.of(question), passage, models)
                    .map(List::getFirst)
                    .timeout(patience)
                    .doOnSuccess(vector -> trial.succeeded())
                    .doOnError(trial::failed)
                    .doOnCancel(trial::leave);
        });
    }

    /** One call that the breaker hears of, once. */
    private final class Trial {

        private final long since = nanos.getAsLong();
        private final AtomicBoolean told = new AtomicBoolean();

        void succeeded() {
            if (!told.getAndSet(true)) {
                breaker.onSuccess(nanos.getAsLong() - since, TimeUnit.NANOSECONDS);
            }
        }

        void failed(Throwable why) {
            if (Blame.isOfCaller(why)) {
                leave();
            } else if (!told.getAndSet(true)) {
                breaker.onError(nanos.getAsLong() - since, TimeUnit.NANOSECONDS, why);
            }
        }

        void leave() {
            if (!told.getAndSet(true)) {
                breaker.releasePermission();
            }
        }
    }
}
