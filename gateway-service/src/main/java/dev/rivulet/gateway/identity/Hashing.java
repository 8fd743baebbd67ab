// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of slow hashes, with a bounded queue: guesses never take the event loops'. No bean of the type {@link Executor}, which
 * would stand in for the application's own. Refuses with a {@link java.util.concurrent.RejectedExecutionException}.
 */
final class Hashing implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int QUEUE = 128;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    Hashing() {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("key-hashing-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    Executor executor() {
        return threads;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
