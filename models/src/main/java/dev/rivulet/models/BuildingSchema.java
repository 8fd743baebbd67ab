// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the assistant understands: the closed sets of intents and slots.
 *
 * @param slots slot name to its pool of values
 * @param intents intent name to its slot rules in order
 */
public record BuildingSchema(Map<String, Pool> slots, Map<String, List<SlotRule>> intents) {
    /**
     * Values of a slot.
     *
     * @param open true when other values of that shape are legal
     * @param values the named values
     */
    public record Pool(boolean open, List<String> values) {}

    /**
     * A slot of an intent.
     *
     * @param names the slots that satisfy the rule; more than one for an alternative such as room or floor
     * @param required false when the request is complete without it
     */
    public record SlotRule(Set<String> names, boolean required) {
        /** The rule as the schema writes it, without the question mark. */
        public String key() {
            return String.join("|", names);
        }
    }

    /** What the built-in models were trained for. */
    public static BuildingSchema builtIn() {
        try (InputStream file = BuildingSchema.class.getResourceAsStream("schema.json")) {
            return of(JsonMapper.builder().build().readTree(Objects.requireNonNull(file, "schema.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads {@code schema.json}. */
    public static BuildingSchema read(Path file) {
        return of(JsonMapper.builder().build().readTree(file));
    }

    private static BuildingSchema of(JsonNode root) {
        Map<String, Pool> slots = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> slot : root.get("slots").properties()) {
            List<String> values = new ArrayList<>();
            slot.getValue().get("pool").forEach(value -> values.add(value.asString()));
            slots.put(
                    slot.getKey(),
                    new Pool("open".equals(slot.getValue().get("kind").asString()), values));
        }
        Map<String, List<SlotRule>> intents = new LinkedHashMap<>();
        for (JsonNode intent : root.get("intents")) {
            List<SlotRule> rules = new ArrayList<>();
            intent.get("slots").forEach(rule -> rules.add(rule(rule.asString())));
            intents.put(intent.get("name").asString(), List.copyOf(rules));
        }
        return new BuildingSchema(slots, intents);
    }

    private static SlotRule rule(String text) {
        boolean optional = text.endsWith("?");
        String names = optional ? text.substring(0, text.length() - 1) : text;
        return new SlotRule(new LinkedHashSet<>(List.of(names.split("\\|"))), !optional);
    }

    /** The rules of an intent; an unknown intent is refused. */
    public List<SlotRule> rules(String intent) {
        List<SlotRule> rules = intents.get(intent);
        if (rules == null) {
            throw new IllegalArgumentException("the schema has no intent " + intent);
        }
        return rules;
    }

    /** Every slot an intent may carry. */
    public Set<String> slotsOf(String intent) {
        return rules(intent).stream().flatMap(rule -> rule.names().stream()).collect(Collectors.toSet());
    }

    /** The first required rule that the values leave open, if any. */
    public Optional<SlotRule> firstMissing(String intent, Set<String> known) {
        return rules(intent).stream()
                .filter(SlotRule::required)
                .filter(rule -> rule.names().stream().noneMatch(known::contains))
                .findFirst();
    }
}
