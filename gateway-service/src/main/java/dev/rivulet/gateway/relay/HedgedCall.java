// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.BegunBody;
import dev.rivulet.gateway.relay.Duel.Side;
import dev.rivulet.gateway.relay.Duel.Verdict;
import dev.rivulet.gateway.routing.Hedging.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * One request that is sent a second time where the first attempt's answer has not begun after a while. The attempt whose first
 * event comes first answers; the other one is dropped at once, whatever it has come to. Each attempt may run on a thread of its own.
 */
final class HedgedCall {

    private final MonoSink<Answer> sink;
    private final Mono<Answer> secondAnswer;
    private final Consumer<Result> ended;
    private final Duel duel = new Duel();
    private final Runner first = new Runner(Side.FIRST);
    private final Runner second = new Runner(Side.SECOND);
    private final Disposable.Swap timer = Disposables.swap();

    private HedgedCall(MonoSink<Answer> sink, Mono<Answer> secondAnswer, Consumer<Result> ended) {
        this.sink = sink;
        this.secondAnswer = secondAnswer;
        this.ended = ended;
    }

    /**
     * Calls.
     *
     * @param first the first attempt
     * @param second the second one, asked for when it is due; empty if there is nobody to ask
     * @param delay after which it is due; empty for never
     * @param ended told what became of the second one
     */
    static Mono<Answer> of(
            Mono<Answer> first,
            Mono<Answer> second,
            Optional<Duration> delay,
            Consumer<Result> ended,
            Scheduler timers) {
        return Mono.create(sink -> new HedgedCall(sink, second, ended).start(first, delay, timers));
    }

    private void start(Mono<Answer> firstAnswer, Optional<Duration> delay, Scheduler timers) {
        sink.onCancel(this::cancel);
        first.start(firstAnswer);
        // Only now, so that it is known where the first attempt is; one that has ended already has closed the timer's
        // place.
        delay.ifPresent(after ->
                timer.update(timers.schedule(() -> act(decide(duel::due)), after.toNanos(), TimeUnit.NANOSECONDS)));
    }

    private synchronized Verdict decide(Supplier<Verdict> event) {
        return event.get();
    }

    private synchronized boolean isSecondOut() {
        return duel.isSecondOut();
    }

    private void act(Verdict verdict) {
        switch (verdict) {
            case NOTHING -> {}
            case SEND -> second.start(secondAnswer);
            case TELL_FIRST -> {
                if (isSecondOut()) {
                    ended.accept(Result.LOST);
                }
                tell(first, second);
            }
            case TELL_SECOND -> {
                ended.accept(Result.WON);
                tell(second, first);
            }
        }
    }

    private void tell(Runner winner, Runner loser) {
        timer.dispose();
        loser.drop();
        winner.tell();
    }

    /** Comes also where the answer is on its way to somebody who has just left: it is dropped too. */
    private void cancel() {
        boolean waited;
        synchronized (this) {
            waited = duel.cancel();
        }
        timer.dispose();
        if (waited && isSecondOut()) {
            ended.accept(Result.CANCELLED);
        }
        first.drop();
        second.drop();
    }

    /** An answer to the request itself, its fault included; anything else is a matter of the replica that gave it. */
    private static boolean isAnswer(Answer answer, Side side) {
        return switch (answer.status()) {
            case 200 -> answer.isJson();
            case 401, 403, 404, 408, 429 -> false;
            // The second replica may have come to know the model just now: what it refuses, the first one may answer.
            default -> side == Side.FIRST && answer.status() < 500;
        };
    }

    /** One attempt, from its sending until its answer begins. */
    private final class Runner extends BaseSubscriber<Answer> {

        private final Side side;
        private @Nullable Answer answer;
        private @Nullable BegunBody body;
        private @Nullable Throwable failure;
        private boolean dropped;

        Runner(Side side) {
            this.side = side;
        }

        /** Asks, unless nobody wants to know any more. */
        void start(Mono<Answer> asking) {
            boolean wanted;
            synchronized (this) {
                wanted = !dropped;
            }
            if (wanted) {
                asking.subscribe(this);
            }
        }

        @Override
        public Context currentContext() {
            return Context.of(sink.contextView());
        }

        @Override
        protected void hookOnNext(Answer head) {
            BegunBody streamed = head.isStream() ? new BegunBody(head, this::settle) : null;
            boolean late;
            synchronized (this) {
                late = dropped;
                answer = streamed == null ? head : streamed.answer();
                body = streamed;
            }
            if (late) {
                head.abandon().run();
            } else if (streamed == null) {
                settle(isAnswer(head, side));
            } else {
                streamed.open();
            }
        }

        @Override
        protected void hookOnError(Throwable problem) {
            synchronized (this) {
                failure = problem;
            }
            settle(false);
        }

        @Override
        protected void hookOnComplete() {
            boolean nobody;
            synchronized (this) {
                nobody = answer == null;
            }
            if (nobody) {
                settle(false);
            }
        }

        private void settle(boolean good) {
            if (!good && side == Side.SECOND) {
                ended.accept(Result.FAILED);
            }
            act(decide(() -> good ? duel.began(side) : duel.failed(side)));
        }

        /** What it came to is the answer. */
        void tell() {
            Answer told;
            Throwable failed;
            synchronized (this) {
                told = answer;
                failed = failure;
            }
            if (told != null) {
                sink.success(told);
            } else if (failed != null) {
                sink.error(failed);
            } else {
                sink.success();
            }
        }

        void drop() {
            Answer held;
            BegunBody begun;
            synchronized (this) {
                if (dropped) {
                    return;
                }
                dropped = true;
                held = answer;
                begun = body;
            }
            cancel();
            if (begun != null) {
                begun.drop();
            } else if (held != null) {
                held.abandon().run();
            }
        }
    }
}
