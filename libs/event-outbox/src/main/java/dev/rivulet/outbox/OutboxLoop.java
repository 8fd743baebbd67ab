// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** The one thread of the relay: drains the outbox when a change wakes it, and every poll interval. */
class OutboxLoop implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OutboxLoop.class);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final OutboxRelay relay;
    private final OutboxSettings settings;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;

    OutboxLoop(OutboxRelay relay, OutboxSettings settings) {
        this.relay = relay;
        this.settings = settings;
    }

    /** There may be something to send. */
    void wake() {
        wake.release();
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
        }
    }

    /** Lets the send under way finish; what is left waits for the next start. */
    @Override
    public synchronized void stop() {
        running = false;
        wake();
        Thread stopping = thread;
        if (stopping != null) {
            try {
                if (!stopping.join(STOP)) {
                    stopping.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                relay.drain();
                relay.purge();
            } catch (RuntimeException e) {
                log.warn("The outbox can't be read: {}", e.toString());
            }
            if (!pause()) {
                return;
            }
        }
    }

    private boolean pause() {
        try {
            if (wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
