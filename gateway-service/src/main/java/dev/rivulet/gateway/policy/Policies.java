package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The policies of one state of the settings, ready for use. */
final class Policies {

    /**
     * One policy.
     *
     * @param input for requests
     * @param output for answers
     */
    record Policy(String name, List<Rule> input, List<Rule> output) {

        static final Policy NONE = new Policy(PolicySettings.NONE, List.of(), List.of());

        boolean isNone() {
            return input.isEmpty() && output.isEmpty();
        }
    }

    private final Map<String, Policy> byName = new HashMap<>();
    private final Map<String, String> keys;
    private final Policy standard;

    Policies(PolicySettings settings) {
        Map<String, List<Detector>> detectors = new HashMap<>();
        settings.filters().forEach((name, filter) -> detectors.put(name, detectors(filter)));
        settings.policies()
                .forEach((name, rules) -> byName.put(
                        name, new Policy(name, rules(rules.input(), detectors), rules(rules.output(), detectors))));
        this.keys = settings.keys();
        this.standard = byName.getOrDefault(settings.defaultPolicy(), Policy.NONE);
    }

    /** The policy of an API key. */
    Policy of(String key) {
        String name = keys.get(key);
        return name == null ? standard : byName.getOrDefault(name, Policy.NONE);
    }

    private static List<Rule> rules(Map<String, Action> actions, Map<String, List<Detector>> detectors) {
        List<Rule> rules = new ArrayList<>();
        actions.forEach(
                (filter, action) -> rules.add(new Rule(filter, action, detectors.getOrDefault(filter, List.of()))));
        return List.copyOf(rules);
    }

    /** @throws IllegalArgumentException where an expression is none */
    static List<Detector> detectors(PolicySettings.Filter filter) {
        List<Detector> all = new ArrayList<>();
        String replacement = filter.replacement() == null ? "[REDACTED]" : filter.replacement();
        filter.patterns()
                .forEach(pattern -> all.add(Detector.of(pattern, filter.longest(), replacement, String::length)));
        filter.pii().stream().sorted().forEach(kind -> all.addAll(kind.detectors(filter.replacement())));
        filter.names().forEach(name -> all.add(Pii.name(name, filter.replacement())));
        return List.copyOf(all);
    }
}
