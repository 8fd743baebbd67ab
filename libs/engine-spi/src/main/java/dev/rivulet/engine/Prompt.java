// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * A rendered prompt. Trusted parts come from the chat template; the others from callers, in which special-token text is plain
 * text (OWASP LLM01).
 */
public record Prompt(List<Part> parts) {

    public Prompt {
        parts = List.copyOf(parts);
    }

    /** One run of text of one origin. */
    public record Part(String text, boolean trusted) {}

    public static Prompt ofCaller(String text) {
        return new Prompt(List.of(new Part(text, false)));
    }

    /**
     * The same with a text in the place of each placeholder, in their order. Placeholders in text of callers are text.
     *
     * @throws IllegalArgumentException if there are not as many placeholders as texts
     */
    public Prompt placed(String placeholder, List<String> texts) {
        List<Part> placed = new ArrayList<>();
        int used = 0;
        for (Part part : parts) {
            if (!part.trusted()) {
                placed.add(part);
                continue;
            }
            StringBuilder text = new StringBuilder();
            int from = 0;
            for (int at = part.text().indexOf(placeholder);
                    at >= 0;
                    at = part.text().indexOf(placeholder, from)) {
                if (used == texts.size()) {
                    throw misplaced(placeholder, "more than ", used);
                }
                text.append(part.text(), from, at).append(texts.get(used++));
                from = at + placeholder.length();
            }
            placed.add(new Part(text.append(part.text().substring(from)).toString(), true));
        }
        if (used < texts.size()) {
            throw misplaced(placeholder, "", used);
        }
        return new Prompt(placed);
    }

    private static IllegalArgumentException misplaced(String placeholder, String more, int used) {
        return new IllegalArgumentException("the template writes " + placeholder + " " + more + used + " times");
    }

    /** The whole text, without its origins. */
    public String text() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return text.toString();
    }
}
