// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The live set of a registry's heap, every few seconds: what is used after a full collection, at rest and at most since. */
final class HeapWatch implements AutoCloseable {

    private static final int EVERY_SECONDS = 3;

    private final RegistryProcess registry;
    private final long atRest;
    private final AtomicLong most;
    private final AtomicInteger samples = new AtomicInteger();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    HeapWatch(RegistryProcess registry) {
        this.registry = registry;
        this.atRest = registry.liveHeap();
        this.most = new AtomicLong(atRest);
        clock.scheduleWithFixedDelay(this::sample, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void sample() {
        try {
            most.accumulateAndGet(registry.liveHeap(), Math::max);
            samples.incrementAndGet();
        } catch (IllegalStateException e) {
            // It was killed; the next sample finds it again.
        }
    }

    /** Bytes. */
    long atRest() {
        return atRest;
    }

    /** Bytes. */
    long most() {
        return most.get();
    }

    int samples() {
        return samples.get();
    }

    @Override
    public void close() {
        clock.close();
    }
}
