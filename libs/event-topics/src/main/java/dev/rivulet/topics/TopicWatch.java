// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Makes a service's topics at its start and holds the broker against the catalogue, then and from time to time. What has
 * drifted is told once in the log, in the metric {@code rivulet.topics.drift} and in the health detail {@code topics}; it stops
 * nobody, for the facts still travel.
 */
public final class TopicWatch implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);

    /** @param checkedAt null before the first answer of a broker */
    private record Seen(List<Drift> drifts, @Nullable Instant checkedAt) {}

    private final String service;
    private final Runnable making;
    private final BrokerView broker;
    private final TopicSettings settings;
    private final Clock clock;
    private volatile Seen seen = new Seen(List.of(), null);
    private volatile boolean running;
    private @Nullable Thread thread;

    /**
     * A watch that waits for its start.
     *
     * @param service whose topics must be there, such as {@code model-registry}
     * @param making makes topics where they are missing; called before each check, fails while there is no broker
     * @param connection settings of a client, {@code bootstrap.servers} among them
     */
    public TopicWatch(
            String service,
            Runnable making,
            Map<String, Object> connection,
            TopicSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.service = service;
        this.making = making;
        this.broker = new BrokerView(connection);
        this.settings = settings;
        this.clock = clock;
        Gauge.builder("rivulet.topics.drift", () -> seen.drifts().size())
                .description("Things of the broker that are not as the catalogue of events says")
                .register(meters);
    }

    @Override
    public synchronized void start() {
        if (!running && settings.enabled()) {
            running = true;
            thread = Thread.ofVirtual().name("topic-watch").start(this::run);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        Thread stopping = thread;
        if (stopping != null) {
            stopping.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Up also with a drift: who reads the details decides what to do. */
    @Override
    public Health health() {
        Seen now = seen;
        return Health.up()
                .withDetail("checked_at", now.checkedAt() == null ? "never" : now.checkedAt())
                .withDetail("drift", now.drifts().stream().map(Drift::toString).toList())
                .build();
    }

    private void run() {
        while (running) {
            Duration wait = settings.checkEvery();
            try {
                making.run();
                List<Drift> drifts = broker.drifts(service);
                tell(drifts);
                // A topic that was just made is known to every broker within moments.
                if (drifts.stream().anyMatch(Drift::isMissing)) {
                    wait = settings.retry();
                }
            } catch (InterruptException e) {
                return;
            } catch (RuntimeException e) {
                log.debug("The broker is not there to be checked", e);
                wait = settings.retry();
            }
            if (!pause(wait)) {
                return;
            }
        }
    }

    private void tell(List<Drift> drifts) {
        List<Drift> before = seen.drifts();
        drifts.stream()
                .filter(drift -> !before.contains(drift))
                .forEach(drift -> log.warn("Not as the catalogue of events says: {}", drift));
        before.stream().filter(drift -> !drifts.contains(drift)).forEach(drift -> log.info("No longer so: {}", drift));
        seen = new Seen(List.copyOf(drifts), clock.instant());
    }

    private synchronized boolean pause(Duration time) {
        try {
            if (running) {
                wait(time.toMillis());
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
