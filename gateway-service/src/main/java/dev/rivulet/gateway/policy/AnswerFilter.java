// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.policy.AnswerTexts.Leaf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Filters answers that are no streams. Safe for use by many threads. */
final class AnswerFilter {

    private final JsonMapper json;

    AnswerFilter(JsonMapper json) {
        this.json = json;
    }

    /**
     * An answer as its caller may read it.
     *
     * @return the same bytes where nothing is redacted or blocked
     * @throws dev.rivulet.problems.ProblemException with {@code replica_lost} where it can't be read
     */
    byte[] filter(byte[] answer, List<Rule> rules, Findings findings) {
        JsonNode node = read(answer);
        boolean changed = false;
        for (JsonNode choice : node.path("choices")) {
            if (!(choice instanceof ObjectNode object)) {
                throw StreamFilter.unreadable();
            }
            changed |= choice(object, rules, findings);
        }
        return changed ? json.writeValueAsString(node).getBytes(StandardCharsets.UTF_8) : answer;
    }

    private static boolean choice(ObjectNode choice, List<Rule> rules, Findings findings) {
        boolean changed = false;
        boolean blocked = false;
        for (Leaf leaf : AnswerTexts.of(choice)) {
            Texts.Filtered filtered = Texts.filter(rules, findings, leaf.text());
            String shown = filtered.shown().getFirst();
            if (!shown.equals(leaf.text())) {
                leaf.replace(shown);
                changed = true;
            }
            blocked |= filtered.blocked();
        }
        if (blocked) {
            block(choice);
        } else if (changed) {
            choice.putNull("logprobs");
        }
        return changed || blocked;
    }

    /** Ends a choice where its texts end now. */
    static void block(ObjectNode choice) {
        choice.put("finish_reason", "content_filter");
        choice.putNull("logprobs");
        if (choice.path("message") instanceof ObjectNode message) {
            // Half a call is none.
            message.remove(List.of("tool_calls", "function_call"));
        }
    }

    private JsonNode read(byte[] answer) {
        try {
            if (json.readTree(answer) instanceof ObjectNode node) {
                return node;
            }
        } catch (JacksonException e) {
            // Told below, without its text.
        }
        throw StreamFilter.unreadable();
    }
}
