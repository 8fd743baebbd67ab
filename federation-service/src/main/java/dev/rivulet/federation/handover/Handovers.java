// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.federation.handover.HandoverStore.Course;
import dev.rivulet.federation.handover.HandoverStore.Leased;
import dev.rivulet.federation.handover.RegistryCalls.RefusedByRegistryException;
import dev.rivulet.federation.publication.Models;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one thread that hands versions over, as soon as one is due and again after failures. Rounds go on meanwhile and wait for nothing
 * of it.
 */
@Component
public class Handovers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Handovers.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int LONGEST_REASON = 500;

    private final HandoverStore store;
    private final HandoverSettings settings;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final MeterRegistry meters;
    private final Clock clock;
    private final RegistryCalls registry;
    private final HandingOver handing;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;

    Handovers(
            HandoverStore store,
            HandoverSettings settings,
            Models models,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            MeterRegistry meters,
            Clock clock,
            JsonMapper json) {
        this.store = store;
        this.settings = settings;
        this.transactions = transactions;
        this.events = events;
        this.meters = meters;
        this.clock = clock;
        this.registry = new RegistryCalls(settings, json);
        this.handing = new HandingOver(registry, models, json);
    }

    /** A version is in the registry: told in the transaction that keeps that. */
    public record HandedOver(Handover handover) {}

    /** Versions of a federation go elsewhere from now on: told in the transaction that keeps that. */
    public record Redirected(String federation, @Nullable Destination destination) {}

    /** Where a federation's versions go; empty if nowhere. */
    public Optional<Destination> destination(String federation) {
        return store.destination(federation);
    }

    /**
     * Says where versions that are made from now on go.
     *
     * @param destination null for nowhere; what is on its way already arrives all the same
     */
    public void redirect(String federation, @Nullable Destination destination) {
        transactions.executeWithoutResult(_ -> {
            if (!store.destination(federation).equals(Optional.ofNullable(destination))) {
                store.destination(federation, destination);
                events.publishEvent(new Redirected(federation, destination));
            }
        });
    }

    /** The newest versions that went or are to go, at most so many. */
    public List<Course> newest(String federation, int most) {
        return store.newest(federation, most);
    }

    void wake() {
        wake.release();
    }

    /** Hands over what is due; returns when nothing more is. */
    private void drain() throws InterruptedException {
        Optional<Leased> next = store.lease(clock.instant(), settings.lease());
        while (next.isPresent() && running) {
            handOver(next.get());
            next = store.lease(clock.instant(), settings.lease());
        }
    }

    private void handOver(Leased leased) throws InterruptedException {
        Handover handover = leased.handover();
        try {
            String rollout = shortened(handing.bring(handover));
            transactions.executeWithoutResult(_ -> {
                store.done(handover, rollout, clock.instant());
                events.publishEvent(new HandedOver(handover));
            });
            count("done");
        } catch (RefusedByRegistryException e) {
            log.warn("The registry does not take {}: {}", handover.name(), e.getMessage());
            store.refused(handover, reason(e), clock.instant());
            count("refused");
        } catch (IOException | RuntimeException e) {
            Instant next = clock.instant().plus(settings.backoff(leased.attempts()));
            log.warn("{} is not in the registry yet (attempt {}): {}", handover.name(), leased.attempts(), reason(e));
            store.failed(handover, reason(e), next);
            count("failed");
        }
    }

    private void count(String outcome) {
        meters.counter("rivulet.federation.handovers", "outcome", outcome).increment();
    }

    private static String reason(Exception e) {
        return shortened(e instanceof RefusedByRegistryException ? String.valueOf(e.getMessage()) : e.toString());
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    private void run() {
        while (running) {
            try {
                drain();
                if (wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                log.warn("Versions that are due can't be read: {}", e.toString());
                wake.drainPermits();
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private boolean pause() {
        try {
            var _ = wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofVirtual().name("handovers").start(this::run);
        }
    }

    /** A request under way is given up: what it asked for is asked for again at the next start. */
    @Override
    public synchronized void stop() {
        running = false;
        wake();
        Thread ending = thread;
        if (ending != null) {
            ending.interrupt();
            try {
                var _ = ending.join(STOP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        registry.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
