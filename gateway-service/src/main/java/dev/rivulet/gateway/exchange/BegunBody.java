// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The body of a stream, of which so much is taken that it is known how it begins; the rest comes at its reader's pace. What was
 * taken is kept for the reader: comments, at most {@value #MOST_HELD} bytes, and the buffer with the first event.
 */
public final class BegunBody extends BaseSubscriber<ByteBuf> {

    private static final int MOST_HELD = 65_536;
    private static final byte[] ERROR = "data: {\"error\"".getBytes(StandardCharsets.US_ASCII);

    private final Answer answer;
    private final Consumer<Boolean> begins;
    private final Queue<ByteBuf> held = new ConcurrentLinkedQueue<>();
    private final Sinks.Many<ByteBuf> bytes = Sinks.many().unicast().onBackpressureBuffer(held);
    private volatile boolean dropped;
    private boolean known;
    private boolean inComment;
    private int size;

    /** @param begins told once: whether the body begins with an event that is no error */
    public BegunBody(Answer answer, Consumer<Boolean> begins) {
        this.answer = answer;
        this.begins = begins;
    }

    /** Begins to read. */
    public void open() {
        answer.body().subscribe(this);
    }

    /** The whole answer, from its first byte on. */
    public Answer answer() {
        // What was held is in the queue: the reader is ahead of his demand by that, and by nothing more.
        Flux<ByteBuf> body = bytes.asFlux()
                .doOnRequest(this::request)
                .doOnCancel(this::cancel)
                .doOnDiscard(ByteBuf.class, ByteBuf::release);
        return new Answer(answer.replica(), answer.status(), answer.headers(), body, this::drop);
    }

    /** Ends reading and closes the connection. */
    public void drop() {
        dropped = true;
        cancel();
        answer.abandon().run();
        release();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf next) {
        boolean event = !known && isEvent(next);
        boolean good = event && !isError(next);
        size += known ? 0 : next.readableBytes();
        if (bytes.tryEmitNext(next).isFailure()) {
            next.release();
        }
        if (dropped) {
            release();
        } else if (event || !known && size > MOST_HELD) {
            tell(good || !event);
        } else if (!known) {
            request(1);
        }
    }

    @Override
    protected void hookOnComplete() {
        bytes.tryEmitComplete();
        tell(false);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        bytes.tryEmitError(failure);
        tell(false);
    }

    private void tell(boolean good) {
        if (!known) {
            known = true;
            begins.accept(good);
        }
    }

    private void release() {
        for (ByteBuf left = held.poll(); left != null; left = held.poll()) {
            left.release();
        }
    }

    /** Whether an event begins within these bytes; comments and empty lines are none. */
    private boolean isEvent(ByteBuf next) {
        for (int at = next.readerIndex(); at < next.writerIndex(); at++) {
            byte one = next.getByte(at);
            boolean endsLine = one == '\n' || one == '\r';
            if (!inComment && !endsLine && one != ':') {
                return true;
            }
            inComment = !endsLine;
        }
        return false;
    }

    /** Whether the event that these bytes begin is an error; one that is cut within its first word is taken for none. */
    private static boolean isError(ByteBuf next) {
        int data = next.indexOf(next.readerIndex(), next.writerIndex(), (byte) 'd');
        if (data < 0 || next.writerIndex() - data < ERROR.length) {
            return false;
        }
        for (int i = 0; i < ERROR.length; i++) {
            if (next.getByte(data + i) != ERROR[i]) {
                return false;
            }
        }
        return true;
    }
}
