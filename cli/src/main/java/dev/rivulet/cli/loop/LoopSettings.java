// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of the demonstration's federations and rollouts.
 *
 * @param houses all are in each round
 * @param rounds that make a version
 * @param floor mean score below which a candidate is taken back: what the model had before anything was learnt
 */
record LoopSettings(int houses, int rounds, double floor) {

    private static final int MOST_BYTES = 65_536;
    private static final int BITS = 24;
    private static final int BATCH = 40;
    private static final int EPOCHS = 6;
    private static final double RATE = 0.02;

    Map<String, Object> federation() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("policy", policy());
        settings.put("aggregation", Map.of("strategy", "FED_AVG", "server_rate", 1, "trim", 0.1));
        settings.put("training", Map.of("epochs", EPOCHS, "batch", BATCH, "rate", RATE, "mu", 0));
        settings.put("limits", Map.of("most_bytes", MOST_BYTES, "most_weight", 100_000, "most_norm", 1000));
        settings.put("energy", Map.of("least_battery", 20, "metered", false));
        settings.put("stopping", Map.of("most_rounds", rounds, "patience", 0, "least_gain", 0, "most_failures", 3));
        settings.put("secure", Map.of("mode", "MASKED", "bits", BITS, "alike", true, "step", "PT60S"));
        return settings;
    }

    private Map<String, Object> policy() {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("goal", houses);
        policy.put("quorum", houses);
        policy.put("over_selection", 1);
        policy.put("gather", "PT10S");
        policy.put("cut_off", "PT280S");
        policy.put("deadline", "PT290S");
        return policy;
    }

    /** Times are those of a machine that does everything at once: only failures and what callers think count. */
    Map<String, Object> rollout() {
        Map<String, Object> rollout = new LinkedHashMap<>();
        rollout.put("steps", List.of(50, 100));
        rollout.put("step_seconds", 10);
        rollout.put("hold_seconds", 2);
        rollout.put("patience_seconds", 600);
        rollout.put("prepare_seconds", 300);
        rollout.put("min_samples", 60);
        rollout.put("alpha", 0.05);
        rollout.put("max_latency_ratio", 100);
        rollout.put("max_ttft_seconds", 120);
        rollout.put("max_itl_seconds", 120);
        rollout.put("feedback_required", true);
        rollout.put("min_feedback", 100);
        rollout.put("feedback_floor", floor);
        return rollout;
    }
}
