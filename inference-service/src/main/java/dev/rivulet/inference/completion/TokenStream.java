// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.execution.Batch;
import dev.rivulet.inference.execution.Ending;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * The events of one request's answers, for one subscriber. Takes from the generations what is ready each time the subscriber asks, so tokens
 * that are ready together leave as one element; asks for nothing while the subscriber doesn't, so that the sequence is parked.
 * A silence longer than {@code ping} is broken by a comment. An error before the first element is an error signal, a later one an
 * error event.
 */
final class TokenStream implements Publisher<byte[]>, Subscription {

    private static final Batch NOTHING = new Batch("", List.of(), null);

    private final List<Generation> generations;
    private final @Nullable Ending[] endings;
    private int open;
    private final StreamText text;
    private final Executor executor;
    private final Duration ping;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger pending = new AtomicInteger();
    private @Nullable Subscriber<? super byte[]> subscriber;
    private volatile @Nullable Disposable timer;
    private volatile boolean done;
    private volatile boolean silent = true;
    private volatile boolean pingDue;
    private boolean begun;

    /**
     * @param text turns text into events
     * @param executor runs one task of a stream at a time in order, such as the connection's event loop
     */
    TokenStream(List<Generation> generations, StreamText text, Executor executor, Duration ping) {
        this.generations = generations;
        this.endings = new Ending[generations.size()];
        this.open = generations.size();
        this.text = text;
        this.executor = executor;
        this.ping = ping;
    }

    /** Turns text into events. */
    interface StreamText {

        /** What is ready of one answer, its end included. */
        void batch(int index, Batch batch, StringBuilder events);

        /** The last events of a stream, when every answer finished. */
        void end(List<Ending> endings, StringBuilder events);
    }

    @Override
    public void subscribe(Subscriber<? super byte[]> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
        long period = ping.toMillis();
        timer = Schedulers.parallel().schedulePeriodically(this::tick, period, period, TimeUnit.MILLISECONDS);
        if (done) {
            stop();
        }
        generations.forEach(generation -> generation.onReady(this::schedule));
    }

    @Override
    public void request(long n) {
        demand.accumulateAndGet(n, Operators::addCap);
        schedule();
    }

    @Override
    public void cancel() {
        stop();
        generations.forEach(Generation::cancel);
    }

    private void tick() {
        if (silent) {
            pingDue = true;
            schedule();
        }
        silent = true;
    }

    private void schedule() {
        if (pending.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                cancel();
            }
        }
    }

    private void drain() {
        int seen = pending.get();
        do {
            while (demand.get() > 0 && !done && emit()) {
                demand.decrementAndGet();
            }
            seen = pending.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Emits what is ready; whether there was something. */
    private boolean emit() {
        StringBuilder events = new StringBuilder();
        for (int index = 0; index < endings.length; index++) {
            Batch batch = endings[index] == null ? generations.get(index).take() : NOTHING;
            if (batch.isEmpty()) {
                continue;
            }
            Ending ending = batch.ending();
            if (!begun && events.isEmpty() && ending instanceof Ending.Failed failed) {
                cancel();
                subscriber().onError(new ProblemException(failed.problem()));
                return true;
            }
            text.batch(index, batch, events);
            endings[index] = ending;
            if (ending != null && !(ending instanceof Ending.Finished)) {
                cancel();
                return last(events);
            }
            open -= ending == null ? 0 : 1;
        }
        if (events.isEmpty() && open > 0) {
            return emitPing();
        }
        if (open == 0) {
            text.end(Arrays.stream(endings).filter(Objects::nonNull).toList(), events);
            stop();
            return last(events);
        }
        begun = true;
        pingDue = false;
        next(events.toString().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private boolean last(StringBuilder events) {
        next(events.toString().getBytes(StandardCharsets.UTF_8));
        subscriber().onComplete();
        return true;
    }

    private boolean emitPing() {
        if (!pingDue) {
            return false;
        }
        pingDue = false;
        begun = true;
        next(Frames.ping());
        return true;
    }

    private void next(byte[] events) {
        silent = false;
        subscriber().onNext(events);
    }

    private Subscriber<? super byte[]> subscriber() {
        if (subscriber == null) {
            throw new IllegalStateException("nobody subscribed");
        }
        return subscriber;
    }

    private void stop() {
        done = true;
        Disposable running = timer;
        if (running != null) {
            running.dispose();
        }
    }
}
