// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.rollout;

import static dev.rivulet.cli.models.Said.put;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a rollout goes; what is not given comes from the registry's settings. */
final class PlanOptions {
    @Option(names = "--steps", split = ",", description = "Percent of the sessions at each step; the last is 100.")
    private @Nullable List<Integer> steps;

    @Option(names = "--step-seconds", description = "How long a step lasts at least.")
    private @Nullable Double stepSeconds;

    @Option(names = "--hold-seconds", description = "How long it serves all before it is the champion.")
    private @Nullable Double holdSeconds;

    @Option(names = "--patience-seconds", description = "How long a step may stay undecided; then it is paused.")
    private @Nullable Double patienceSeconds;

    @Option(names = "--min-samples", description = "Requests of each version without which nothing passes.")
    private @Nullable Long minSamples;

    @Option(
            names = "--max-latency-ratio",
            description = "How many times the champion's its times may be; on a busy machine allow more.")
    private @Nullable Double maxLatencyRatio;

    @Option(names = "--shadow-seconds", description = "How long requests are mirrored to it before it serves anybody.")
    private @Nullable Double shadowSeconds;

    @Option(
            names = "--min-agreement",
            description = "Share of mirrored requests at temperature 0 that it answers alike, 0 to 1.")
    private @Nullable Double minAgreement;

    @Option(names = "--feedback-required", description = "Take no step without what callers think of both versions.")
    private boolean feedbackRequired;

    @Option(names = "--by-hand", description = "Take steps by `advance` alone; what is worse is still taken back.")
    private boolean byHand;

    /** Puts what was given into a request, by the names of the registry. */
    void into(Map<String, Object> wanted) {
        put(wanted, "steps", steps);
        put(wanted, "step_seconds", stepSeconds);
        put(wanted, "hold_seconds", holdSeconds);
        put(wanted, "patience_seconds", patienceSeconds);
        put(wanted, "min_samples", minSamples);
        put(wanted, "max_latency_ratio", maxLatencyRatio);
        put(wanted, "shadow_seconds", shadowSeconds);
        put(wanted, "min_agreement", minAgreement);
        put(wanted, "feedback_required", feedbackRequired ? true : null);
        put(wanted, "automatic", byHand ? false : null);
    }
}
