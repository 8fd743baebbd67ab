// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a stage on their way to the reader: asks for one part by itself, to know that there is one, and for the others as the
 * reader does. Tells when it has begun and when it has ended.
 */
final class PartStream implements Flow.Subscriber<Object>, Flow.Publisher<Object>, Flow.Subscription {

    /** Hears of a stream, once of each. */
    interface Ends {
        void begun();

        /** @param failure null for a good end */
        void ended(@Nullable Throwable failure);

        /** The reader wants no more. */
        void unread();
    }

    private final SerialQueue turn = new SerialQueue();
    private final Ends ends;
    private Flow.@Nullable Subscription source;
    private Flow.@Nullable Subscriber<? super Object> reader;
    private @Nullable Object first;
    private boolean begun;
    private long wanted;
    private boolean sourceEnded;
    private boolean closed;
    private @Nullable Throwable failure;

    PartStream(Ends ends) {
        this.ends = ends;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        turn.execute(() -> {
            if (closed || source != null) {
                subscription.cancel();
                return;
            }
            source = subscription;
            subscription.request(1);
        });
    }

    @Override
    public void onNext(Object part) {
        Objects.requireNonNull(part);
        turn.execute(() -> next(part));
    }

    private void next(Object part) {
        if (closed) {
            return;
        }
        if (!begun) {
            begun = true;
            first = part;
            ends.begun();
            deliver();
        } else if (reader != null) {
            reader.onNext(part);
        }
    }

    @Override
    public void onError(Throwable why) {
        turn.execute(() -> sourceEnds(why));
    }

    @Override
    public void onComplete() {
        turn.execute(() -> sourceEnds(
                begun ? null : new StageFailure(StageFailure.Reason.EMPTY, "the stage's value came without any part")));
    }

    private void sourceEnds(@Nullable Throwable why) {
        if (closed || sourceEnded) {
            return;
        }
        sourceEnded = true;
        failure = why;
        if (begun) {
            deliver();
        } else {
            closed = true;
            ends.ended(why);
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Object> subscriber) {
        turn.execute(() -> {
            if (reader != null) {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {}
                });
                subscriber.onError(new IllegalStateException("the parts of a stage are read once"));
                return;
            }
            reader = subscriber;
            subscriber.onSubscribe(this);
            if (closed) {
                subscriber.onError(failure == null ? new IllegalStateException("the stage has ended") : failure);
            } else {
                deliver();
            }
        });
    }

    @Override
    public void request(long n) {
        turn.execute(() -> wants(n));
    }

    private void wants(long n) {
        if (closed) {
            return;
        }
        if (n <= 0) {
            cut(new IllegalArgumentException("a reader asks for at least one part, not " + n));
            return;
        }
        if (first == null && source != null) {
            source.request(n);
            return;
        }
        wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
        deliver();
    }

    /** The first part goes when it is asked for; what was asked for beyond it is asked of the source. */
    private void deliver() {
        Flow.Subscriber<? super Object> to = reader;
        if (to == null) {
            return;
        }
        Object part = first;
        if (part != null && wanted > 0) {
            first = null;
            long more = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
            wanted = 0;
            to.onNext(part);
            if (more > 0 && source != null && !sourceEnded) {
                source.request(more);
            }
            // The reader may have gone while he took it: that comes first.
            turn.execute(this::deliver);
            return;
        }
        if (sourceEnded && first == null && !closed) {
            close(to, failure);
        }
    }

    private void close(Flow.@Nullable Subscriber<? super Object> to, @Nullable Throwable why) {
        closed = true;
        failure = why;
        first = null;
        ends.ended(why);
        if (to == null) {
            return;
        }
        if (why == null) {
            to.onComplete();
        } else {
            to.onError(why);
        }
    }

    @Override
    public void cancel() {
        turn.execute(() -> {
            if (!closed) {
                closed = true;
                first = null;
                if (source != null) {
                    source.cancel();
                }
                ends.unread();
            }
        });
    }

    /** Ends it from outside, for the reader as well. */
    void cut(Throwable why) {
        turn.execute(() -> {
            if (closed) {
                return;
            }
            if (source != null) {
                source.cancel();
            }
            close(reader, why);
        });
    }
}
