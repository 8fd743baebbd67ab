// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Reads the body of one request, once. Collects it up to a limit; what comes beyond is thrown away, so that a caller who still
 * sends can read why his request is refused.
 */
final class BodyCollector extends BaseSubscriber<DataBuffer> {

    static final String ATTRIBUTE = BodyCollector.class.getName();
    private static final long MOST_DISCARDED = 64L << 20;
    private static final Duration LONGEST_DISCARD = Duration.ofSeconds(3);

    private final long limit;
    private final BodyBudget budget;
    private final Sinks.One<byte[]> body = Sinks.one();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private ByteArrayOutputStream collected = new ByteArrayOutputStream(1_024);
    private long reserved;
    private long discarded;
    private boolean collecting;

    private BodyCollector(long limit, BodyBudget budget) {
        this.limit = limit;
        this.budget = budget;
        this.collecting = limit > 0;
    }

    /**
     * Collects a body.
     *
     * @param limit largest body in bytes
     * @param budget what all bodies together may hold; {@link #release} gives back this one's part
     */
    static BodyCollector collecting(long limit, BodyBudget budget) {
        return new BodyCollector(limit, budget);
    }

    /** Throws a body away. */
    static BodyCollector discarding(BodyBudget budget) {
        return new BodyCollector(0, budget);
    }

    /** The body, or a {@link ProblemException}. */
    Mono<byte[]> body() {
        return body.asMono();
    }

    /** Completes when the rest of the body has come, or has been waited for long enough; never fails. */
    Mono<Void> drained() {
        return Mono.fromRunnable(this::stopCollecting)
                .then(end.asMono())
                .timeout(LONGEST_DISCARD, Mono.empty())
                .onErrorComplete()
                .doFinally(signal -> cancel());
    }

    /** Gives back what was reserved for this body. */
    synchronized void release() {
        budget.release(reserved);
        reserved = 0;
        collected = new ByteArrayOutputStream(0);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(DataBuffer buffer) {
        try {
            accept(buffer);
        } finally {
            DataBufferUtils.release(buffer);
        }
        if (discarded > MOST_DISCARDED) {
            end.tryEmitEmpty();
            cancel();
        } else {
            request(1);
        }
    }

    @Override
    protected void hookOnComplete() {
        body.tryEmitValue(bytes());
        end.tryEmitEmpty();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        body.tryEmitError(failure);
        end.tryEmitEmpty();
    }

    private synchronized byte[] bytes() {
        return collected.toByteArray();
    }

    private synchronized void stopCollecting() {
        collecting = false;
    }

    private synchronized void accept(DataBuffer buffer) {
        int count = buffer.readableByteCount();
        if (!collecting) {
            discarded += count;
        } else if (collected.size() + (long) count > limit) {
            refuse(tooLarge(limit));
        } else if (!budget.reserve(count)) {
            refuse(noRoom());
        } else {
            reserved += count;
            byte[] bytes = new byte[count];
            buffer.read(bytes);
            collected.writeBytes(bytes);
        }
    }

    private void refuse(Problem problem) {
        collecting = false;
        release();
        body.tryEmitError(new ProblemException(problem));
    }

    static Problem tooLarge(long limit) {
        return Problem.of(
                ProblemCode.REQUEST_TOO_LARGE,
                "The body is larger than the limit of " + limit
                        + " bytes (rivulet.relay.max-body). Send fewer or shorter " + "messages.");
    }

    private static Problem noRoom() {
        return Problem.of(
                        ProblemCode.QUEUE_FULL,
                        "The gateway holds as many request bodies as it may. Send this one again after the seconds in "
                                + "Retry-After.")
                .retryAfter(Duration.ofSeconds(1));
    }
}
