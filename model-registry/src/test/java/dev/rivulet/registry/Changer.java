// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Moves an alias of a model with two versions, up to twenty times a second, whatever happens to the registry. */
final class Changer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Client client;
    private final String model;
    private final AtomicLong revision = new AtomicLong();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread;
    private volatile boolean ended;

    Changer(RegistryProcess registry, String model) {
        this.client = registry.client();
        this.model = model;
        this.thread = Thread.ofPlatform().daemon().name("changer-" + model).start(this::run);
    }

    /** The newest revision that an answer named. */
    long revision() {
        return revision.get();
    }

    /** Changes that were answered with 200. */
    int accepted() {
        return accepted.get();
    }

    /** Changes that were answered otherwise, or not at all. */
    int refused() {
        return refused.get();
    }

    /** Waits until so many changes more are accepted. */
    void awaitMore(int changes) {
        int target = accepted.get() + changes;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> accepted.get() >= target);
    }

    private void run() {
        for (int i = 0; !ended; i++) {
            try {
                Client.Answer answer = client.alias(model, "champion", Integer.toString(i % 2 + 1));
                if (answer.status() == 200) {
                    long now = answer.body().path("revision").asLong();
                    revision.accumulateAndGet(now, Math::max);
                    accepted.incrementAndGet();
                } else {
                    refused.incrementAndGet();
                }
            } catch (IllegalStateException e) {
                // It was killed: whether the change counts is not known.
                refused.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** The change under way is waited for. */
    @Override
    public void close() {
        ended = true;
        await().atMost(PATIENCE).until(() -> !thread.isAlive());
    }
}
