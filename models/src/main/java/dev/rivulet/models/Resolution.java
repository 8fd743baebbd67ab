// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a conversation remembers, and how the slots of a turn are completed from it.
 *
 * <p>A slot named in the turn wins. A required slot that is missing takes the last value the conversation has seen
 * for it. An optional one does so only in a turn that leans on the conversation: one of the same intent as the turn
 * before, or one that leaves out a required slot. For an alternative such as room or floor
 * the newer of the two counts.
 */
public final class Resolution {
    private final BuildingSchema schema;
    private final Map<String, String> memory = new LinkedHashMap<>();
    private final Map<String, Integer> age = new HashMap<>();
    private String intentBefore = "";
    private int turn;

    public Resolution(BuildingSchema schema) {
        this.schema = schema;
    }

    /** The same memory, to go on from here without changing this one. */
    public Resolution copy() {
        Resolution copy = new Resolution(schema);
        copy.memory.putAll(memory);
        copy.age.putAll(age);
        copy.intentBefore = intentBefore;
        copy.turn = turn;
        return copy;
    }

    /** The intent of the turn before, or an empty text at the start. */
    public String intentBefore() {
        return intentBefore;
    }

    /** The last known value of each slot. */
    public Map<String, String> memory() {
        return Map.copyOf(memory);
    }

    /**
     * Completes one turn and remembers it.
     *
     * @param intent intent of the turn
     * @param named slots named in the turn
     * @return the values that hold now, in the order of the schema
     */
    public Map<String, String> resolve(String intent, Map<String, String> named) {
        Map<String, String> resolved = new LinkedHashMap<>();
        boolean leans = intent.equals(intentBefore)
                || schema.firstMissing(intent, named.keySet()).isPresent();
        for (BuildingSchema.SlotRule rule : schema.rules(intent)) {
            String slot = pick(rule, named, leans);
            if (!slot.isEmpty()) {
                resolved.put(slot, named.getOrDefault(slot, memory.getOrDefault(slot, "")));
            }
        }
        remember(intent, resolved);
        return resolved;
    }

    private String pick(BuildingSchema.SlotRule rule, Map<String, String> named, boolean leans) {
        for (String name : rule.names()) {
            if (named.containsKey(name)) {
                return name;
            }
        }
        String best = "";
        for (String name : rule.names()) {
            boolean usable = memory.containsKey(name) && (rule.required() || leans);
            if (usable && (best.isEmpty() || age.getOrDefault(name, 0) > age.getOrDefault(best, 0))) {
                best = name;
            }
        }
        return best;
    }

    private void remember(String intent, Map<String, String> resolved) {
        turn++;
        resolved.forEach((slot, value) -> {
            memory.put(slot, value);
            age.put(slot, turn);
        });
        intentBefore = intent;
    }
}
