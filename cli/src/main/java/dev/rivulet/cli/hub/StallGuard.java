// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes a stream from which no byte came for a while: a read from it would wait for ever. */
final class StallGuard implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stall-guard").factory());
    private final Closeable stream;
    private final long limit;
    private volatile long lastByte = System.nanoTime();

    StallGuard(Closeable stream, Duration limit) {
        this.stream = stream;
        this.limit = limit.toNanos();
        long period = Math.max(1, limit.toMillis() / 4);
        timer.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
    }

    void alive() {
        lastByte = System.nanoTime();
    }

    private void check() {
        if (System.nanoTime() - lastByte > limit) {
            try {
                stream.close();
            } catch (IOException e) {
                // The reader sees the end of the stream either way.
                timer.shutdown();
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
