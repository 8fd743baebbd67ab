// SPDX-License-Identifier: Apache-2.0
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
    record Policy(String name, Chain input, Chain output) {

        static final Policy NONE = new Policy(PolicySettings.NONE, Chain.NONE, Chain.NONE);

        boolean isNone() {
            return input.isNone() && output.isNone();
        }
    }

    /**
     * The filters of one direction.
     *
     * @param rules those that look for expressions, which come first
     * @param judges those that ask a model
     */
    record Chain(List<Rule> rules, List<Judge> judges) {

        static final Chain NONE = new Chain(List.of(), List.of());

        boolean isNone() {
            return rules.isEmpty() && judges.isEmpty();
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
                        name,
                        new Policy(
                                name,
                                chain(settings, rules.input(), detectors),
                                chain(settings, rules.output(), detectors))));
        this.keys = settings.keys();
        this.standard = byName.getOrDefault(settings.defaultPolicy(), Policy.NONE);
    }

    /** The policy of an API key. */
    Policy of(String key) {
        String name = keys.get(key);
        return name == null ? standard : byName.getOrDefault(name, Policy.NONE);
    }

    private static Chain chain(
            PolicySettings settings, Map<String, Action> actions, Map<String, List<Detector>> detectors) {
        List<Rule> rules = new ArrayList<>();
        List<Judge> judges = new ArrayList<>();
        actions.forEach((filter, action) -> {
            PolicySettings.Filter known = settings.filters().get(filter);
            if (known != null && known.classifier() != null) {
                judges.add(new Judge(filter, action, known.classifier()));
            } else {
                rules.add(new Rule(filter, action, detectors.getOrDefault(filter, List.of())));
            }
        });
        return new Chain(List.copyOf(rules), List.copyOf(judges));
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
