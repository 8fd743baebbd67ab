// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.execution.ServingModels;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Begins to report once everything has started, and ends the replica: lets nobody in, says so, waits for the requests that run, and ends what is left with an error event. Runs
 * before the web server closes its connections.
 */
final class OrderlyEnd implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(OrderlyEnd.class);
    private static final long POLL_MILLIS = 20;

    private final AdmissionGate gate;
    private final ServingModels models;
    private final StatusPublisher publisher;
    private final Duration patience;
    private volatile boolean running;

    OrderlyEnd(AdmissionGate gate, ServingModels models, StatusPublisher publisher, Duration patience) {
        this.gate = gate;
        this.models = models;
        this.publisher = publisher;
        this.patience = patience;
    }

    @Override
    public void start() {
        publisher.start();
        running = true;
    }

    @Override
    public void stop() {
        gate.drain();
        publisher.soon();
        LOG.info("Draining: {} requests run", models.sequences());
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (models.sequences() > 0 && System.nanoTime() < end) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        models.endAll();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
