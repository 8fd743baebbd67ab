// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of the demonstration's federation.
 *
 * @param devices all are asked in each round; four fifths make one
 * @param rounds that make a version
 * @param masked whether the service sees sums alone
 * @param noise multiplier of the noise that devices add before they mask; 0 for none
 */
record DemoSettings(int devices, int rounds, boolean masked, double noise) {
    static final int MOST_BYTES = 51_200;
    /** Of every ε. */
    static final double DELTA = 1e-3;

    private static final double QUORUM = 0.8;
    private static final double CLIP = 1;
    private static final int BITS = 20;

    DemoSettings {
        if (noise > 0 && !masked) {
            throw new IllegalArgumentException("devices add noise before they mask, and nothing is masked");
        }
    }

    Map<String, Object> json() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("policy", policy());
        settings.put("aggregation", Map.of("strategy", "FED_AVG", "server_rate", 1, "trim", 0.1));
        settings.put("training", Map.of("epochs", 2, "batch", 10, "rate", 0.5, "mu", 0));
        settings.put("limits", Map.of("most_bytes", MOST_BYTES, "most_weight", 100_000, "most_norm", 1000));
        settings.put("energy", Map.of("least_battery", 20, "metered", false));
        settings.put("stopping", Map.of("most_rounds", rounds, "patience", 0, "least_gain", 0, "most_failures", 3));
        if (masked) {
            settings.put("secure", secure());
        }
        return settings;
    }

    private int fewest() {
        return Math.max(2, (int) Math.ceil(QUORUM * devices));
    }

    private Map<String, Object> policy() {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("goal", devices);
        policy.put("quorum", fewest());
        policy.put("over_selection", 1);
        policy.put("gather", "PT5S");
        policy.put("cut_off", "PT30S");
        policy.put("deadline", "PT60S");
        return policy;
    }

    private Map<String, Object> secure() {
        Map<String, Object> secure = new LinkedHashMap<>();
        secure.put("mode", "MASKED");
        secure.put("bits", BITS);
        secure.put("step", "PT15S");
        if (noise > 0) {
            secure.put("noise", Map.of("kind", "DISTRIBUTED", "clip", CLIP, "multiplier", noise, "delta", DELTA));
        } else {
            secure.put("alike", true);
        }
        return secure;
    }
}
