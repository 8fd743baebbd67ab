// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.rollouts.analysis.FeedbackLimits;
import dev.rivulet.registry.rollouts.analysis.Limits;
import dev.rivulet.registry.rollouts.analysis.ShadowLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How rollouts go that say nothing else, see {@link Plan} and {@link Limits}, and how they are watched.
 *
 * @param steps percent of the sessions at each step, rising; the last is 100
 * @param stepTime how long a step lasts at least
 * @param holdTime how long the candidate serves all before it is the champion
 * @param patience how long a step may stay undecided; then the rollout is paused
 * @param prepareTime how long replicas may take to have the candidate ready
 * @param quorum share of the live replicas that must have it ready, above 0 to 1
 * @param minSamples requests of each version without which nothing passes
 * @param alpha chance of taking back a version that is no worse, over a whole step
 * @param maxLatencyRatio how many times the champion's the candidate's times may be
 * @param maxTtft the longest 99th percentile of the time to the first token
 * @param maxItl the longest 99th percentile of the time between tokens
 * @param maxErrorRate the most errors, as a share of the requests
 * @param errorMargin how much more errors or refusals than the champion's, as a share of the requests
 * @param shadowTime how long requests are mirrored before the candidate serves anybody; zero for not at all
 * @param minAgreement see {@link ShadowLimits}
 * @param minCompared see {@link ShadowLimits}
 * @param feedbackRequired see {@link FeedbackLimits}
 * @param minFeedback see {@link FeedbackLimits}
 * @param feedbackFloor see {@link FeedbackLimits}
 * @param feedbackMargin see {@link FeedbackLimits}
 * @param tick how often each active rollout is looked at
 * @param interval for which requests are counted together; a step's numbers begin at the interval in which it began
 * @param maxIntervals that are kept of a version; the oldest go
 * @param replicaTimeout after which a replica that reports nothing is not live
 * @param snapshotEvery after how many events a snapshot of a rollout is written
 */
@Validated
@ConfigurationProperties("rivulet.rollouts")
public record RolloutSettings(
        @DefaultValue({"1", "10", "50", "100"}) List<Integer> steps,
        @DefaultValue("1m") Duration stepTime,
        @DefaultValue("10m") Duration holdTime,
        @DefaultValue("15m") Duration patience,
        @DefaultValue("10m") Duration prepareTime,
        @DefaultValue("1") double quorum,
        @DefaultValue("100") long minSamples,
        @DefaultValue("0.01") double alpha,
        @DefaultValue("1.25") double maxLatencyRatio,
        @DefaultValue("30s") Duration maxTtft,
        @DefaultValue("1s") Duration maxItl,
        @DefaultValue("0.05") double maxErrorRate,
        @DefaultValue("0.005") double errorMargin,
        @DefaultValue("0s") Duration shadowTime,
        @DefaultValue("0.8") double minAgreement,
        @DefaultValue("50") long minCompared,
        @DefaultValue("false") boolean feedbackRequired,
        @DefaultValue("20") long minFeedback,
        @DefaultValue("0") double feedbackFloor,
        @DefaultValue("0.05") double feedbackMargin,
        @DefaultValue("1s") Duration tick,
        @DefaultValue("5s") Duration interval,
        @DefaultValue("720") @Min(2) @Max(100_000) int maxIntervals,
        @DefaultValue("10s") Duration replicaTimeout,
        @DefaultValue("16") @Min(1) @Max(10_000) int snapshotEvery) {

    public RolloutSettings {
        if (!tick.isPositive() || !interval.isPositive() || !replicaTimeout.isPositive()) {
            throw new IllegalArgumentException("the times of rivulet.rollouts must be positive");
        }
        // Refuses what no plan may hold.
        Limits limits = new Limits(
                minSamples,
                alpha,
                maxLatencyRatio,
                maxTtft,
                maxItl,
                maxErrorRate,
                errorMargin,
                new FeedbackLimits(feedbackRequired, minFeedback, feedbackFloor, feedbackMargin),
                new ShadowLimits(minAgreement, minCompared));
        new Plan(steps, true, stepTime, holdTime, patience, prepareTime, quorum, shadowTime, limits);
    }

    /** The plan of a rollout that says nothing else. */
    public Plan plan() {
        return new Plan(steps, true, stepTime, holdTime, patience, prepareTime, quorum, shadowTime, limits());
    }

    private Limits limits() {
        return new Limits(
                minSamples,
                alpha,
                maxLatencyRatio,
                maxTtft,
                maxItl,
                maxErrorRate,
                errorMargin,
                new FeedbackLimits(feedbackRequired, minFeedback, feedbackFloor, feedbackMargin),
                new ShadowLimits(minAgreement, minCompared));
    }
}
