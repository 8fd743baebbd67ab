// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.relay.Patience.Due;
import dev.rivulet.gateway.relay.SseFramer.Piece;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One stream from a replica to a reader, at the reader's pace: it takes from the replica only what the reader's connection
 * takes, a few kilobytes ahead. Until the first byte it sends pings; when the replica fails it ends the stream with an error
 * event; when the reader goes it drops the replica's connection at once.
 *
 * <p>All state belongs to the thread of the reader's connection; signals from elsewhere are handed over to it.
 */
final class SseRelay implements Publisher<ByteBuf>, Subscription {

    private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int WINDOW = 16;
    private static final int READ_AHEAD = 8_192;
    private static final int LARGEST_WRITE = 16_384;
    private static final int LARGEST_ERROR = 65_536;

    private final Outlet outlet;
    private final Mono<Answer> answers;
    private final Passage passage;
    private final ErrorBodies errors;
    private final LongSupplier nanos;
    private final Patience patience;
    private final SseFramer framer;
    private final Disposable.Swap exchange = Disposables.swap();
    private final Disposable.Swap timer = Disposables.swap();
    private final ArrayDeque<ByteBuf> ready = new ArrayDeque<>();

    private @Nullable MonoSink<Opening> opening;
    private @Nullable Subscriber<? super ByteBuf> reader;
    private @Nullable Body body;
    private int readyBytes;
    private long demand;
    private int requested;
    private boolean flowing;
    private boolean begun;
    private boolean timed;
    private boolean opened;
    private boolean ended;
    private boolean closed;
    private boolean draining;
    private long stalledSince = -1;

    SseRelay(
            Outlet outlet,
            Mono<Answer> answers,
            Passage passage,
            RelayProperties limits,
            ErrorBodies errors,
            LongSupplier nanos) {
        this.outlet = outlet;
        this.answers = answers;
        this.passage = passage;
        this.errors = errors;
        this.nanos = nanos;
        this.patience = new Patience(limits, nanos.getAsLong());
        this.framer = new SseFramer(outlet.allocator());
    }

    /** Asks the replica; tells how the answer begins, or fails with a {@link ProblemException}. To be subscribed to once. */
    Mono<Opening> opening() {
        return Mono.create(sink -> outlet.run(() -> {
            opening = sink;
            exchange.update(answers.subscribe(
                    head -> outlet.run(() -> onAnswer(head)), failure -> outlet.run(() -> onFailure(failure))));
            outlet.onTakesMore(this::drain);
            arm();
        }));
    }

    /** Ends everything that still runs; harmless after the end. */
    void close() {
        outlet.run(this::release);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuf> subscriber) {
        outlet.run(() -> {
            reader = subscriber;
            subscriber.onSubscribe(this);
            drain();
        });
    }

    @Override
    public void request(long count) {
        outlet.run(() -> {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            drain();
        });
    }

    @Override
    public void cancel() {
        outlet.run(() -> {
            if (!closed && !ended) {
                passage.outcome("cancelled");
            }
            release();
        });
    }

    private void onAnswer(Answer head) {
        if (closed) {
            head.abandon().run();
        } else if (head.isStream()) {
            body = new Body();
            head.body().subscribe(body);
        } else if (opened) {
            exchange.update(errors.ofReplica(head, LARGEST_ERROR)
                    .subscribe(
                            problem -> outlet.run(() -> fail(problem)),
                            failure -> outlet.run(() -> onFailure(failure))));
        } else {
            open(new Opening.Whole(head));
            closed = true;
            quiet();
        }
    }

    private void onFailure(Throwable failure) {
        if (!closed && !ended) {
            fail(errors.problem(failure));
        }
    }

    private void onBody() {
        flowing = true;
        takeMore();
    }

    private void onBytes(ByteBuf bytes) {
        requested--;
        if (closed || ended) {
            bytes.release();
            return;
        }
        patience.heard(nanos.getAsLong());
        if (!begun) {
            begun = true;
            passage.firstByte();
            passage.ended("route");
        }
        try {
            framer.accept(bytes).forEach(this::add);
        } catch (IllegalStateException tooLarge) {
            fail(Problem.of(ProblemCode.REPLICA_LOST, "The replica broke the stream: " + tooLarge.getMessage() + "."));
            return;
        }
        open(new Opening.Events());
        drain();
    }

    private void onComplete() {
        if (!closed && !ended) {
            add(new Piece.Events(framer.rest()));
            if (!timed && passage.dialect().isPresent()) {
                enqueue(times());
            }
            end();
            open(new Opening.Events());
            drain();
        }
    }

    private void add(Piece piece) {
        switch (piece) {
            case Piece.Events events -> enqueue(events.bytes());
            case Piece.Done done -> {
                enqueue(times());
                enqueue(done.bytes());
            }
        }
    }

    /** The stages as a comment; what is still to be written to the reader comes after it. */
    private ByteBuf times() {
        timed = true;
        if (stalledSince >= 0) {
            long now = nanos.getAsLong();
            passage.spent("egress", now - stalledSince);
            stalledSince = now;
        }
        passage.ended("stream");
        return text(ServerTiming.comment(passage.stages()));
    }

    private void enqueue(ByteBuf bytes) {
        if (bytes.isReadable()) {
            ready.add(bytes);
            readyBytes += bytes.readableBytes();
        } else {
            bytes.release();
        }
    }

    /** Ends the stream with an error: as a status if nothing was sent, as an event after whole events otherwise. */
    private void fail(Problem problem) {
        exchange.dispose();
        cancelBody();
        passage.outcome(problem.code().wire());
        if (!opened) {
            closed = true;
            quiet();
            framer.close();
            sink().error(new ProblemException(problem));
            return;
        }
        enqueue(outlet.allocator().buffer().writeBytes(errors.event(problem, passage)));
        end();
        drain();
    }

    private void end() {
        ended = true;
        patience.over();
    }

    private void open(Opening how) {
        if (!opened) {
            opened = true;
            sink().success(how);
        }
    }

    private MonoSink<Opening> sink() {
        MonoSink<Opening> sink = opening;
        if (sink == null) {
            throw new IllegalStateException("the stream was not asked to open");
        }
        return sink;
    }

    private void drain() {
        if (draining || closed || reader == null) {
            return;
        }
        draining = true;
        try {
            while (demand > 0 && !ready.isEmpty() && outlet.takesMore()) {
                demand--;
                send(reader);
            }
        } finally {
            draining = false;
        }
        boolean blocked = !ready.isEmpty();
        measureStall(blocked);
        if (ended && !blocked) {
            Subscriber<? super ByteBuf> finished = reader;
            release();
            finished.onComplete();
        } else {
            takeMore();
        }
    }

    private void send(Subscriber<? super ByteBuf> to) {
        ByteBuf next = coalesced();
        readyBytes -= next.readableBytes();
        passage.sent(next.readableBytes());
        to.onNext(next);
    }

    /** What is ready together goes out in one write. */
    private ByteBuf coalesced() {
        ByteBuf first = ready.remove();
        ByteBuf second = ready.peek();
        if (second == null || first.readableBytes() + second.readableBytes() > LARGEST_WRITE) {
            return first;
        }
        ByteBuf joined = outlet.allocator().buffer(Math.min(LARGEST_WRITE, first.readableBytes() + readyBytes));
        joined.writeBytes(first);
        first.release();
        for (ByteBuf next = second;
                next != null && joined.readableBytes() + next.readableBytes() <= LARGEST_WRITE;
                next = ready.peek()) {
            joined.writeBytes(next);
            next.release();
            ready.remove();
        }
        return joined;
    }

    private void takeMore() {
        boolean wanted = flowing && !ended && !closed && readyBytes < READ_AHEAD;
        if (wanted && body != null && requested <= WINDOW / 2) {
            int count = WINDOW - requested;
            requested = WINDOW;
            body.request(count);
        }
        patience.waiting(wanted || !flowing, nanos.getAsLong());
    }

    private void measureStall(boolean blocked) {
        long now = nanos.getAsLong();
        if (blocked && stalledSince < 0) {
            stalledSince = now;
        } else if (!blocked && stalledSince >= 0) {
            passage.spent("egress", now - stalledSince);
            stalledSince = -1;
        }
    }

    private void arm() {
        if (!closed) {
            timer.update(outlet.later(this::onTimer, patience.next(nanos.getAsLong())));
        }
    }

    private void onTimer() {
        if (closed) {
            return;
        }
        Due due = patience.due(nanos.getAsLong());
        switch (due) {
            case NOTHING -> {}
            case PING -> ping();
            case NO_FIRST_BYTE -> fail(late("The replica has not begun to answer in time."));
            case REPLICA_SILENT -> fail(late("The replica has been silent for too long within its answer."));
        }
        arm();
    }

    private void ping() {
        patience.pinged(nanos.getAsLong());
        if (ready.isEmpty() && !ended) {
            enqueue(outlet.allocator().buffer(PING.length).writeBytes(PING));
            open(new Opening.Events());
            drain();
        }
    }

    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        quiet();
        exchange.dispose();
        cancelBody();
        framer.close();
        ready.forEach(ByteBuf::release);
        ready.clear();
    }

    private void quiet() {
        timer.dispose();
        outlet.onTakesMore(null);
    }

    private void cancelBody() {
        if (body != null) {
            body.cancel();
        }
    }

    private Problem late(String message) {
        return Problem.of(ProblemCode.REPLICA_TIMEOUT, message + " Send this request again.");
    }

    private ByteBuf text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return outlet.allocator().buffer(bytes.length).writeBytes(bytes);
    }

    /** The replica's bytes, handed over to the reader's thread. */
    private final class Body extends BaseSubscriber<ByteBuf> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            outlet.run(SseRelay.this::onBody);
        }

        @Override
        protected void hookOnNext(ByteBuf bytes) {
            outlet.run(() -> onBytes(bytes));
        }

        @Override
        protected void hookOnComplete() {
            outlet.run(SseRelay.this::onComplete);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            outlet.run(() -> onFailure(failure));
        }
    }
}
