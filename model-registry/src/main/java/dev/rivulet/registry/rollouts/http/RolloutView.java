// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.http;

import dev.rivulet.registry.rollouts.Decision;
import dev.rivulet.registry.rollouts.Plan;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.RolloutStore.Rebuilt;
import dev.rivulet.registry.rollouts.RolloutSummary;
import dev.rivulet.registry.rollouts.TimelineEntry;
import dev.rivulet.registry.rollouts.analysis.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout in JSON.
 *
 * @param timeline what happened, with who, why and the numbers; oldest first
 */
record RolloutView(
        String rollout,
        String model,
        String baseline,
        String candidate,
        String state,
        int percent,
        long revision,
        String reason,
        Instant startedAt,
        Instant changedAt,
        PlanView plan,
        List<TimelineEntry> timeline) {

    /** How it goes; times in seconds, as they are given. */
    record PlanView(
            List<Integer> steps,
            boolean automatic,
            double stepSeconds,
            double holdSeconds,
            double patienceSeconds,
            double prepareSeconds,
            double quorum,
            long minSamples,
            double alpha,
            double maxLatencyRatio,
            double maxTtftSeconds,
            double maxItlSeconds,
            double maxErrorRate,
            double errorMargin,
            double shadowSeconds,
            double minAgreement,
            long minCompared,
            boolean feedbackRequired,
            long minFeedback,
            double feedbackFloor,
            double feedbackMargin) {

        static PlanView of(Plan plan) {
            Limits limits = plan.limits();
            return new PlanView(
                    plan.steps(),
                    plan.automatic(),
                    seconds(plan.stepTime()),
                    seconds(plan.holdTime()),
                    seconds(plan.patience()),
                    seconds(plan.prepareTime()),
                    plan.quorum(),
                    limits.minSamples(),
                    limits.alpha(),
                    limits.maxLatencyRatio(),
                    seconds(limits.maxTtft()),
                    seconds(limits.maxItl()),
                    limits.maxErrorRate(),
                    limits.errorMargin(),
                    seconds(plan.shadowTime()),
                    limits.shadow().minAgreement(),
                    limits.shadow().minCompared(),
                    limits.feedback().required(),
                    limits.feedback().minVerdicts(),
                    limits.feedback().floor(),
                    limits.feedback().margin());
        }

        private static double seconds(Duration time) {
            return time.toMillis() / 1000.0;
        }
    }

    /** Rollouts, newest first. */
    record Listing(List<RolloutSummary> rollouts) {}

    /** What a rebuild came to; {@code identical} says whether the rows are the same bytes as before. */
    record RebuiltView(long events, long rollouts, String before, String after, boolean identical) {
        static RebuiltView of(Rebuilt rebuilt) {
            return new RebuiltView(
                    rebuilt.events(),
                    rebuilt.rollouts(),
                    rebuilt.before(),
                    rebuilt.after(),
                    rebuilt.before().equals(rebuilt.after()));
        }
    }

    /** One line of a model's timeline; {@code decision} where a rollout did it. */
    record ModelTimelineEntry(
            Instant at,
            String event,
            @Nullable String alias,
            @Nullable String version,
            @Nullable String rollout,
            @Nullable String state,
            @Nullable Integer percent,
            @Nullable Decision decision) {}

    /** What happened to a model, newest first. */
    record ModelTimeline(String model, List<ModelTimelineEntry> timeline) {}

    static RolloutView of(Rollout rollout, List<TimelineEntry> timeline) {
        return new RolloutView(
                rollout.id().value(),
                rollout.model().value(),
                rollout.baseline().value(),
                rollout.candidate().value(),
                rollout.state().wire(),
                rollout.percent(),
                rollout.version(),
                rollout.reason(),
                rollout.startedAt(),
                rollout.changedAt(),
                PlanView.of(rollout.plan()),
                timeline);
    }
}
