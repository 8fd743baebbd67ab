// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.engine.Picture;
import dev.rivulet.engine.Vision;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The encoder of one model: a thread, a bounded queue before it, and a breaker that leaves an encoder alone which failed, was too slow or
 * gave no numbers several times in a row.
 */
final class PictureWorker implements AutoCloseable {

    private final Vision vision;
    private final ThreadPoolExecutor thread;
    private final CircuitBreaker breaker;
    private final Duration patience;

    PictureWorker(String name, Vision vision, PictureProperties properties) {
        this.vision = vision;
        this.patience = properties.encodeTime();
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(properties.queue()),
                Thread.ofPlatform().name("pictures-" + name).daemon().factory());
        thread.allowCoreThreadTimeOut(true);
        this.breaker = CircuitBreaker.of(
                "pictures-" + name,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(properties.failures())
                        .minimumNumberOfCalls(properties.failures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(properties.pause())
                        .build());
    }

    /** Whether it belongs to this encoder. */
    boolean of(Vision other) {
        return vision == other;
    }

    /** The breaker's state, for metrics. */
    boolean leftAlone() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    /** An encoder that is left alone, or failed. */
    static final class EncoderDownException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EncoderDownException(String message) {
            super(message);
        }
    }

    /**
     * Makes rows of a picture.
     *
     * @param left of the request's time
     * @return fails with {@link EncoderDownException}, {@link TimeoutException}, or {@link RejectedExecutionException} where the queue is
     *     full
     */
    CompletableFuture<float[]> encode(Picture picture, Duration left) {
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.failedFuture(
                    new EncoderDownException("the model's encoder of pictures failed lately and is left alone"));
        }
        CompletableFuture<float[]> rows = new CompletableFuture<>();
        long start = System.nanoTime();
        try {
            thread.execute(() -> run(picture, rows));
        } catch (RejectedExecutionException e) {
            breaker.releasePermission();
            return CompletableFuture.failedFuture(e);
        }
        Duration wait = left.compareTo(patience) < 0 ? left : patience;
        return rows.orTimeout(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)
                .whenComplete((made, failure) -> {
                    long taken = System.nanoTime() - start;
                    if (failure == null) {
                        breaker.onSuccess(taken, TimeUnit.NANOSECONDS);
                    } else if (failure instanceof TimeoutException && wait.compareTo(patience) < 0) {
                        breaker.releasePermission();
                    } else {
                        breaker.onError(taken, TimeUnit.NANOSECONDS, failure);
                    }
                });
    }

    private void run(Picture picture, CompletableFuture<float[]> rows) {
        if (rows.isDone()) {
            return;
        }
        try {
            float[] made = vision.encode(picture);
            for (float value : made) {
                if (!Float.isFinite(value)) {
                    throw new EncoderDownException("the model's encoder of pictures gave values that are no numbers");
                }
            }
            rows.complete(made);
        } catch (EncoderDownException e) {
            rows.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            EncoderDownException failed = new EncoderDownException("the model's encoder of pictures failed");
            failed.initCause(e);
            rows.completeExceptionally(failed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
