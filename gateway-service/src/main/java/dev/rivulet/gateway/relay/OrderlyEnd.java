// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Holds the door open for a while after the readiness went down, which it does as the context begins to close: requests of those
 * who have not noticed yet are answered. Runs before everything else that ends; then the web server takes no more and lets
 * streams come to their end.
 */
final class OrderlyEnd implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(OrderlyEnd.class);

    private final Duration lead;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean running;

    OrderlyEnd(Duration lead) {
        this.lead = lead;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (lead.isZero()) {
            return;
        }
        LOG.info("Not ready any more; the door closes in {}", lead);
        try {
            boolean ended = never.await(lead.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("The door closes{}", ended ? " early" : "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
