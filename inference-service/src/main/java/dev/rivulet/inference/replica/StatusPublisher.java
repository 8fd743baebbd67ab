// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.function.StreamBridge;

/**
 * Reports once a period. While the broker is away there is one report under way at most, one line in the log when it goes and one
 * when it is back.
 */
final class StatusPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusPublisher.class);
    private static final String BINDING = "replicaStatus-out-0";

    private final ReplicaReporter reporter;
    private final LoadMetrics load;
    private final StreamBridge bridge;
    private final Duration period;
    private final Counter failures;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("replica-status").daemon().factory());
    private boolean reachable = true;

    StatusPublisher(
            ReplicaReporter reporter, LoadMetrics load, StreamBridge bridge, Duration period, MeterRegistry meters) {
        this.reporter = reporter;
        this.load = load;
        this.bridge = bridge;
        this.period = period;
        this.failures = Counter.builder("rivulet.inference.status.failures")
                .description("Reports that the broker did not take")
                .register(meters);
    }

    void start() {
        timer.scheduleWithFixedDelay(this::report, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reports now, besides the timer. */
    void soon() {
        if (!timer.isShutdown()) {
            timer.execute(this::report);
        }
    }

    private void report() {
        load.refresh();
        boolean sent = send();
        if (!sent) {
            failures.increment();
        }
        if (reachable != sent) {
            reachable = sent;
            if (sent) {
                LOG.info("The broker takes reports of this replica again");
            } else {
                LOG.warn("The broker takes no reports of this replica; tried again every {} ms", period.toMillis());
            }
        }
    }

    private boolean send() {
        try {
            return bridge.send(BINDING, StatusEvents.message(reporter.next()));
        } catch (RuntimeException e) {
            LOG.debug("A report failed", e);
            return false;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
