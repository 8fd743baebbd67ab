package dev.rivulet.cli.federate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of the demonstration's federation.
 *
 * @param devices all are asked in each round; three quarters make one
 * @param rounds that make a version
 */
record DemoSettings(int devices, int rounds) {
    static final int MOST_BYTES = 51_200;
    private static final double QUORUM = 0.75;

    Map<String, Object> json() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("policy", policy());
        settings.put("aggregation", Map.of("strategy", "FED_AVG", "server_rate", 1, "trim", 0.1));
        settings.put("training", Map.of("epochs", 3, "batch", 10, "rate", 0.2, "mu", 0));
        settings.put("limits", Map.of("most_bytes", MOST_BYTES, "most_weight", 100_000, "most_norm", 1000));
        settings.put("energy", Map.of("least_battery", 20, "metered", false));
        settings.put("stopping", Map.of("most_rounds", rounds, "patience", 0, "least_gain", 0, "most_failures", 3));
        return settings;
    }

    private Map<String, Object> policy() {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("goal", devices);
        policy.put("quorum", Math.max(1, (int) Math.ceil(QUORUM * devices)));
        policy.put("over_selection", 1);
        policy.put("gather", "PT5S");
        policy.put("cut_off", "PT15S");
        policy.put("deadline", "PT60S");
        return policy;
    }
}
