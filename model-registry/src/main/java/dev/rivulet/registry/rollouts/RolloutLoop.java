// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.rollouts.analysis.Evidence;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Drives every rollout that has not ended. It keeps nothing between two looks: what a rollout is comes from its events, what it
 * should do next from {@link Conductor}. A registry that dies between two steps is followed by one that takes the second; of two
 * registries at once one is refused by the rollout's version.
 */
@Component
class RolloutLoop implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RolloutLoop.class);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Rollouts rollouts;
    private final Observations seen;
    private final RolloutSettings settings;
    private final Clock clock;
    private final StepClock stepClock;
    private final Timer steps;
    private final Timer decisions;
    private @Nullable ScheduledExecutorService thread;
    private volatile int active;
    private boolean failing;

    @Autowired
    RolloutLoop(Rollouts rollouts, Observations seen, RolloutSettings settings, Clock clock, MeterRegistry meters) {
        this(rollouts, seen, settings, clock, System::nanoTime, meters);
    }

    /** @param nanoTime a monotonic clock, which times the steps */
    RolloutLoop(
            Rollouts rollouts,
            Observations seen,
            RolloutSettings settings,
            Clock clock,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.stepClock = new StepClock(clock, nanoTime);
        this.rollouts = rollouts;
        this.seen = seen;
        this.settings = settings;
        this.clock = clock;
        this.steps = Timer.builder("rivulet.registry.rollouts.step")
                .description("From a decision to its commit")
                .register(meters);
        this.decisions = Timer.builder("rivulet.registry.rollouts.decision")
                .description("From the end of the last request that a decision counted to its commit")
                .register(meters);
        Gauge.builder("rivulet.registry.rollouts.active", this, loop -> loop.active)
                .description("Rollouts that have not ended")
                .register(meters);
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            ScheduledExecutorService starting = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("rollouts").factory());
            long tick = settings.tick().toMillis();
            starting.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
            thread = starting;
        }
    }

    /** Lets the step under way finish; the next is taken after the next start. */
    @Override
    public synchronized void stop() {
        ScheduledExecutorService stopping = thread;
        if (stopping != null) {
            stopping.shutdown();
            try {
                if (!stopping.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                    stopping.shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            seen.follow(List.of());
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** How many rollouts had not ended at the last look. */
    int active() {
        return active;
    }

    /** Looks at every rollout once; never throws, or it would be the last look. */
    void tick() {
        try {
            List<Rollout> going = rollouts.active();
            active = going.size();
            seen.follow(going);
            stepClock.keep(going);
            going.forEach(this::look);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("Rollouts can't be looked at, they stand still: {}", e.toString());
            }
            failing = true;
        }
    }

    private void look(Rollout rollout) {
        Conductor.next(rollout, seen, stepClock.now(rollout)).ifPresent(command -> {
            steps.record(() -> take(rollout, command));
            Evidence evidence = command.decision().evidence();
            if (evidence != null && evidence.candidateRequests() > 0) {
                Instant newest = seen.window(rollout.model(), rollout.candidate(), rollout.startedAt())
                        .newest();
                if (newest.isAfter(Instant.EPOCH)) {
                    decisions.record(Duration.between(newest, clock.instant()));
                }
            }
        });
    }

    private void take(Rollout rollout, RolloutCommand command) {
        try {
            Rollout after = rollouts.execute(rollout.id(), command, rollout.version());
            log.atInfo()
                    .addKeyValue("rollout", after.id())
                    .addKeyValue("state", after.state().wire())
                    .log("{} {} → {}: {}", after.model(), after.baseline(), after.candidate(), after.reason());
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.CONFLICT) {
                log.debug("{} was changed by somebody else: {}", rollout.id(), e.getMessage());
            } else {
                // The catalogue has not the model or the version any more: nothing could ever be promoted.
                Decision why = new Decision(Decision.ITSELF, "the catalogue refused: " + e.getMessage(), null, null);
                rollouts.execute(rollout.id(), new RolloutCommand.RollBack(why), rollout.version());
            }
        }
    }
}
