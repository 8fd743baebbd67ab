// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What may be asked and answered. May change while the gateway runs, except for {@code enabled}.
 *
 * @param enabled whether there are filters at all
 * @param defaultPolicy the policy of keys that are not named in {@code keys}; empty for none
 * @param keys by the name of an API key: its policy, {@code none} for none; at most 10,000
 * @param policies by name, at most 100
 * @param filters by name, at most 100
 * @param maxAnswer largest answer that is no stream, 1 B to 64 MB
 */
@ConfigurationProperties("rivulet.policy")
record PolicySettings(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("") String defaultPolicy,
        @DefaultValue Map<String, String> keys,
        @DefaultValue Map<String, Rules> policies,
        @DefaultValue Map<String, Filter> filters,
        @DefaultValue("8MB") DataSize maxAnswer) {

    static final String NONE = "none";

    PolicySettings {
        keys = Map.copyOf(keys);
        policies = Map.copyOf(policies);
        filters = Map.copyOf(filters);
        require(keys.size() <= 10_000, "keys holds more than 10000");
        require(policies.size() <= 100, "policies holds more than 100");
        require(filters.size() <= 100, "filters holds more than 100");
        require(
                maxAnswer.toBytes() >= 1 && maxAnswer.compareTo(DataSize.ofMegabytes(64)) <= 0,
                "max-answer is between 1B and 64MB");
        require(defaultPolicy.isEmpty() || knows(policies, defaultPolicy), "default-policy names no policy");
        for (Map.Entry<String, String> key : keys.entrySet()) {
            require(knows(policies, key.getValue()), "keys: '" + key.getKey() + "' has a policy that is none");
        }
        for (Map.Entry<String, Rules> policy : policies.entrySet()) {
            policy.getValue().requireKnown(policy.getKey(), filters);
        }
        filters.forEach(PolicySettings::requireReadable);
    }

    /**
     * One policy: by the names of filters what becomes of what they find. Where two redact the same text the first that is named
     * says what stands there.
     *
     * @param input for requests
     * @param output for answers
     */
    record Rules(
            @DefaultValue Map<String, Action> input,
            @DefaultValue Map<String, Action> output) {

        Rules {
            input = Collections.unmodifiableMap(new LinkedHashMap<>(input));
            output = Collections.unmodifiableMap(new LinkedHashMap<>(output));
        }

        private void requireKnown(String policy, Map<String, Filter> filters) {
            for (Map<String, Action> chain : List.of(input, output)) {
                chain.forEach((name, action) -> {
                    Filter filter = filters.get(name);
                    require(filter != null, "policies: '" + policy + "' names a filter that is none");
                    require(
                            filter == null || filter.classifier() == null || action != Action.REDACT,
                            "policies: '" + policy + "': a classifier flags or blocks");
                });
            }
        }
    }

    /**
     * One filter, which looks for expressions, for personal data and for names, or asks a model.
     *
     * @param patterns expressions in RE2's syntax, at most 100
     * @param pii kinds of personal data
     * @param names names of persons and things, in any case, at most 1,000 of at most 100 characters
     * @param longest most characters of a match of {@code patterns}, 1 to 4,096; also what is held back of a stream at most
     * @param replacement what stands where something is redacted; null for {@code [REDACTED]} or the kind of personal data, at
     *     most 100 characters
     * @param classifier the model that is asked; null for one that looks for what the others say
     */
    record Filter(
            @DefaultValue List<String> patterns,
            @DefaultValue Set<Pii> pii,
            @DefaultValue List<String> names,
            @DefaultValue("128") int longest,
            @Nullable String replacement,
            @Nullable Classifier classifier) {

        Filter {
            patterns = List.copyOf(patterns);
            pii = Set.copyOf(pii);
            names = List.copyOf(names);
            require(patterns.size() <= 100, "a filter has at most 100 patterns");
            require(names.size() <= 1_000, "a filter has at most 1000 names");
            boolean looks = !patterns.isEmpty() || !pii.isEmpty() || !names.isEmpty();
            require(looks || classifier != null, "a filter looks for nothing");
            require(!looks || classifier == null, "a filter either looks for something or has a classifier");
            require(replacement == null || replacement.length() <= 100, "a replacement has at most 100 characters");
        }
    }

    /**
     * A model of {@code /v1/classify}.
     *
     * @param labels those that count, 1 to 100
     * @param score from where on one counts, above 0 to 1
     * @param window how many characters it reads at once, 16 to 8,192; also what is held back of a stream at most
     */
    record Classifier(
            String model,
            Set<String> labels,
            @DefaultValue("0.5") double score,
            @DefaultValue("400") int window) {

        Classifier {
            labels = Set.copyOf(labels);
            require(!model.isBlank(), "a classifier needs a model");
            require(!labels.isEmpty() && labels.size() <= 100, "a classifier has 1 to 100 labels");
            require(score > 0 && score <= 1, "score is above 0 and at most 1");
            require(window >= 16 && window <= 8_192, "window is between 16 and 8192");
        }
    }

    private static boolean knows(Map<String, Rules> policies, String name) {
        return name.equals(NONE) || policies.containsKey(name);
    }

    private static void requireReadable(String name, Filter filter) {
        try {
            Policies.detectors(filter);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("rivulet.policy: filter '" + name + "': " + e.getMessage(), e);
        }
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.policy: " + rule);
        }
    }
}
