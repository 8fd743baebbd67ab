// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Rollout.Outcome;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import dev.rivulet.registry.rollouts.analysis.FeedbackLimits;
import dev.rivulet.registry.rollouts.analysis.Limits;
import dev.rivulet.registry.rollouts.analysis.ShadowLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Rollouts for tests, whose every event happens a second after the last. */
public final class Samples {

    public static final Instant AT = Instant.parse("2026-11-26T12:00:00Z");
    public static final ModelName MODEL = new ModelName("assistant");
    public static final VersionName BASELINE = new VersionName("1");
    static final VersionName CANDIDATE = new VersionName("2");
    static final Limits LIMITS = new Limits(
            100,
            0.01,
            1.25,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            0.05,
            0.005,
            FeedbackLimits.USUAL,
            ShadowLimits.USUAL);

    private static final RolloutId ID = new RolloutId("r-0123456789abcdef");

    private Samples() {}

    static Plan plan(List<Integer> steps) {
        return plan(steps, Duration.ZERO);
    }

    static Plan plan(List<Integer> steps, Duration shadowTime) {
        return new Plan(
                steps,
                true,
                Duration.ofSeconds(60),
                Duration.ofSeconds(120),
                Duration.ofSeconds(300),
                Duration.ofSeconds(600),
                1,
                shadowTime,
                LIMITS);
    }

    static Recorded start() {
        return start(Duration.ZERO);
    }

    private static Recorded start(Duration shadowTime) {
        return new Recorded(
                ID,
                1,
                AT,
                new RolloutEvent.Started(
                        MODEL,
                        BASELINE,
                        CANDIDATE,
                        plan(List.of(1, 10, 50, 100), shadowTime),
                        "salt",
                        Decision.of("a person", "started by hand")));
    }

    public static Rollout started() {
        return Rollout.of(null, List.of(start()));
    }

    /** One that mirrors requests for a minute before the candidate serves anybody. */
    static Rollout startedWithShadow() {
        return Rollout.of(null, List.of(start(Duration.ofSeconds(60))));
    }

    static Rollout after(Rollout rollout, RolloutCommand command) {
        if (rollout.decide(command) instanceof Outcome.Accepted accepted) {
            return rollout.after(recorded(rollout, accepted.event()));
        }
        throw new IllegalStateException(command + " is not accepted in " + rollout.state());
    }

    static Recorded recorded(Rollout before, RolloutEvent event) {
        return new Recorded(
                before.id(), before.version() + 1, before.changedAt().plusSeconds(1), event);
    }
}
