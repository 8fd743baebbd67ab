// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.exchange.Blame;
import dev.rivulet.graph.Cut;
import dev.rivulet.graph.Stage;
import dev.rivulet.graph.StageSpec;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** A circuit breaker for every stage that asks a model: what keeps failing, or is cut off, is asked no more for a while. */
final class Breakers {

    private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();
    private final CircuitBreakerConfig config;
    private final MeterRegistry meters;
    private final LongSupplier nanos;

    Breakers(AssistantProperties.Breaker settings, MeterRegistry meters, LongSupplier nanos) {
        this.meters = meters;
        this.nanos = nanos;
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.calls())
                .failureRateThreshold(settings.failures())
                .waitDurationInOpenState(settings.pause())
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
    }

    /**
     * The same work, begun only where the breaker of its stage lets it.
     *
     * @param asks whether the model is asked for this question at all; where it is not, the breaker has no part in it
     */
    Stage guarding(Stage work, Predicate<Stage.Call> asks) {
        return call -> {
            if (!asks.test(call)) {
                return work.begin(call);
            }
            CircuitBreaker breaker = of(call.stage());
            try {
                breaker.acquirePermission();
            } catch (CallNotPermittedException open) {
                call.fail(open);
                return Stage.Stopping.NOTHING;
            }
            GuardedCall guarded = new GuardedCall(call, breaker);
            try {
                Stage.Stopping stopping = work.begin(guarded);
                return why -> {
                    guarded.cut(why);
                    stopping.stop(why);
                };
            } catch (RuntimeException e) {
                guarded.fail(e);
                return Stage.Stopping.NOTHING;
            }
        };
    }

    private CircuitBreaker of(StageSpec stage) {
        return breakers.computeIfAbsent(stage.name(), name -> {
            CircuitBreaker breaker = CircuitBreaker.of(name, config);
            Gauge.builder(
                            "rivulet.assistant.breaker.open",
                            breaker,
                            one -> one.getState() == CircuitBreaker.State.OPEN ? 1 : 0)
                    .description("Whether a stage is asked no more for a while because it keeps failing")
                    .tag("stage", name)
                    .register(meters);
            return breaker;
        });
    }

    /** A call that the breaker hears of, once. */
    private final class GuardedCall implements Stage.Call {

        private final Stage.Call call;
        private final CircuitBreaker breaker;
        private final AtomicBoolean told = new AtomicBoolean();
        private final long since = nanos.getAsLong();

        GuardedCall(Stage.Call call, CircuitBreaker breaker) {
            this.call = call;
            this.breaker = breaker;
        }

        void good() {
            if (!told.getAndSet(true)) {
                breaker.onSuccess(nanos.getAsLong() - since, TimeUnit.NANOSECONDS);
            }
        }

        /** That there was nothing to do or to hear, or that this key may not ask, is no fault of the model. */
        void bad(Throwable why) {
            if (why instanceof NeedlessException || why instanceof Hearing.UnheardException || Blame.isOfCaller(why)) {
                cut(Cut.CANCELLED);
            } else if (!told.getAndSet(true)) {
                breaker.onError(nanos.getAsLong() - since, TimeUnit.NANOSECONDS, why);
            }
        }

        /** One whom nobody waits for any more tells nothing of its model. */
        void cut(Cut why) {
            if (why == Cut.DEADLINE) {
                bad(new IllegalStateException("the stage was cut off"));
            } else if (!told.getAndSet(true)) {
                breaker.releasePermission();
            }
        }

        /** A stream that was given up before its first part: at its deadline, or because nobody waits for it. */
        void unread() {
            boolean late = nanos.getAsLong() - since >= stage().deadline().toNanos();
            cut(late ? Cut.DEADLINE : Cut.CANCELLED);
        }

        @Override
        public String job() {
            return call.job();
        }

        @Override
        public StageSpec stage() {
            return call.stage();
        }

        @Override
        public Map<String, Object> inputs() {
            return call.inputs();
        }

        @Override
        public void succeed(Object value) {
            good();
            call.succeed(value);
        }

        @Override
        public void fail(Throwable why) {
            bad(why);
            call.fail(why);
        }

        @Override
        public void stream(Flow.Publisher<?> parts) {
            call.stream(subscriber -> parts.subscribe(new GuardedParts(subscriber, this)));
        }
    }

    /** Parts on their way: the first is what the breaker waits for, and it hears of a break after it as well. */
    private record GuardedParts(Flow.Subscriber<? super Object> to, GuardedCall call)
            implements Flow.Subscriber<Object> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            to.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    subscription.request(n);
                }

                @Override
                public void cancel() {
                    call.unread();
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(Object part) {
            call.good();
            to.onNext(part);
        }

        @Override
        public void onError(Throwable why) {
            call.bad(why);
            to.onError(why);
        }

        @Override
        public void onComplete() {
            call.good();
            to.onComplete();
        }
    }
}
