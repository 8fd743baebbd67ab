// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bulkhead for every replica and a circuit breaker for each of its models: what keeps failing gets no work for a while, and
 * none gets more at once than it may have. Safe for use by many threads.
 */
final class Guards {

    private static final Logger log = LoggerFactory.getLogger(Guards.class);

    private record Guard(CircuitBreaker breaker, Bulkhead bulkhead) {}

    private record Place(String replica, String model) {}

    /** Of models that replicas and their versions once had, too: beyond this many, those that let everything pass are forgotten. */
    private static final int MOST_BREAKERS = 10_000;

    private final Map<Place, CircuitBreaker> breakers = new ConcurrentHashMap<>();
    private final Map<String, Bulkhead> bulkheads = new ConcurrentHashMap<>();
    private final CircuitBreakerConfig breaking;
    private final BulkheadConfig bulk;
    private final Counter byBreaker;
    private final Counter byBulkhead;

    Guards(GuardProperties settings, MeterRegistry meters, LongSupplier nanos) {
        this.breaking = CircuitBreakerConfig.custom()
                .slidingWindowSize(settings.breakerWindow())
                .minimumNumberOfCalls(settings.breakerCalls())
                .failureRateThreshold(settings.breakerFailures())
                .waitDurationInOpenState(settings.breakerWait())
                .permittedNumberOfCallsInHalfOpenState(settings.breakerTrials())
                .clock(new MonotonicClock(nanos))
                .build();
        this.bulk = BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrency())
                .build();
        this.byBreaker = refused(meters, "breaker");
        this.byBulkhead = refused(meters, "bulkhead");
        Gauge.builder("rivulet.gateway.breakers.open", this, Guards::open)
                .description("Models at replicas that get no work because they keep failing")
                .register(meters);
    }

    /** A breaker's wait must not end by somebody setting the clock. */
    private static final class MonotonicClock extends Clock {

        private final LongSupplier nanos;

        MonotonicClock(LongSupplier nanos) {
            this.nanos = nanos;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, nanos.getAsLong());
        }
    }

    /** Leave to ask a replica: how it went is to be said, then it is to be closed. */
    final class Pass implements AutoCloseable {

        private final Guard guard;
        private final AtomicBoolean told = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Pass(Guard guard) {
            this.guard = guard;
        }

        void succeeded() {
            if (told.compareAndSet(false, true)) {
                guard.breaker().onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        /** It failed, perhaps after it had begun well. */
        void failed(Throwable failure) {
            told.set(true);
            guard.breaker().onError(0, TimeUnit.NANOSECONDS, failure);
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                if (told.compareAndSet(false, true)) {
                    guard.breaker().releasePermission();
                }
                guard.bulkhead().onComplete();
            }
        }
    }

    /** Asks for leave; empty if the replica keeps failing or has as much work as it may have. */
    Optional<Pass> enter(String replica, String model) {
        if (breakers.size() > MOST_BREAKERS) {
            breakers.values().removeIf(breaker -> breaker.getState() == CircuitBreaker.State.CLOSED);
        }
        Guard guard = new Guard(
                breakers.computeIfAbsent(new Place(replica, model), this::breaker),
                bulkheads.computeIfAbsent(replica, id -> Bulkhead.of(id, bulk)));
        if (!guard.breaker().tryAcquirePermission()) {
            byBreaker.increment();
            return Optional.empty();
        }
        if (!guard.bulkhead().tryAcquirePermission()) {
            guard.breaker().releasePermission();
            byBulkhead.increment();
            return Optional.empty();
        }
        return Optional.of(new Pass(guard));
    }

    /** A replica has left for good. */
    void forget(String replica) {
        breakers.keySet().removeIf(place -> place.replica().equals(replica));
        bulkheads.remove(replica);
    }

    private CircuitBreaker breaker(Place place) {
        CircuitBreaker breaker = CircuitBreaker.of(place.replica(), breaking);
        breaker.getEventPublisher()
                .onStateTransition(event -> log.atWarn()
                        .addKeyValue("replica", place.replica())
                        .addKeyValue("model", place.model())
                        .log(
                                "The breaker of {} at replica {}: {}",
                                place.model(),
                                place.replica(),
                                event.getStateTransition()));
        return breaker;
    }

    private double open() {
        return breakers.values().stream()
                .filter(breaker -> breaker.getState() == CircuitBreaker.State.OPEN)
                .count();
    }

    private static Counter refused(MeterRegistry meters, String by) {
        return Counter.builder("rivulet.gateway.replica.refused")
                .description("Requests that were kept from a replica and went elsewhere, or nowhere")
                .tag("by", by)
                .register(meters);
    }
}
