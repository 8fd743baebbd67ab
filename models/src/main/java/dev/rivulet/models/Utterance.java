// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a person says in one turn.
 *
 * @param text the words
 * @param spans where the slot values stand in the text, by start
 */
public record Utterance(String text, List<Span> spans) {
    /**
     * One slot value in a text.
     *
     * @param slot slot name
     * @param start first character
     * @param end one past the last character
     * @param value the value as it stands in the text
     */
    public record Span(String slot, int start, int end, String value) {}

    public Utterance {
        spans = List.copyOf(spans);
        for (Span span : spans) {
            if (!text.substring(span.start(), span.end()).equals(span.value())) {
                throw new IllegalArgumentException("span " + span + " does not match the text: " + text);
            }
        }
    }

    /** Slot name to value. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        spans.forEach(span -> values.put(span.slot(), span.value()));
        return values;
    }
}
