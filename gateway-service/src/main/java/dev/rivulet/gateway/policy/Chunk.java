// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.policy.AnswerTexts.Leaf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chunk of a stream with one choice.
 *
 * @param node the chunk; belongs to whoever holds this
 * @param choice its choice
 * @param event the event as it came; null if it came otherwise
 */
record Chunk(ObjectNode node, ObjectNode choice, @Nullable String event) {

    private static final String FINISH = "finish_reason";

    boolean ends() {
        return choice.path(FINISH).isString();
    }

    boolean hasLikelihoods() {
        return choice.path("logprobs").isObject();
    }

    /** Whether it would be worth telling without its text. */
    boolean tellsMore() {
        return node.path("usage").isObject()
                || choice.path("delta").has("role")
                || choice.path("delta").path("images").isArray()
                || choice.path("delta").path("tool_calls").valueStream().anyMatch(call -> call.has("id"))
                || choice.path("delta").path("function_call").has("name");
    }

    /** As it came, or as it is now. */
    String event(boolean changed) {
        return changed || event == null ? SseEvents.event(node.toString()) : event;
    }

    /** One chunk for each text, and after them one for the end. */
    List<Chunk> parts() {
        List<Leaf> leaves = AnswerTexts.of(choice);
        if (leaves.size() <= 1 && !(ends() && !leaves.isEmpty())) {
            return List.of(this);
        }
        List<Chunk> parts = new ArrayList<>();
        ObjectNode end = ends() ? skeleton(choice.path(FINISH).asString()) : null;
        if (end != null && node.has("usage")) {
            end.set("usage", node.path("usage"));
            node.putNull("usage");
        }
        List<Chunk> others = leaves.stream().skip(1).map(this::only).toList();
        leaves.stream().skip(1).forEach(leaf -> leaf.replace(""));
        choice.putNull(FINISH);
        parts.add(new Chunk(node, choice, null));
        parts.addAll(others);
        if (end != null) {
            parts.add(new Chunk(end, (ObjectNode) end.path("choices").path(0), null));
        }
        return parts;
    }

    /** One that tells of this text and of nothing else. */
    Chunk only(Leaf leaf) {
        ObjectNode alone = AnswerTexts.only(choice, leaf);
        if (choice.has("logprobs")) {
            alone.putNull("logprobs");
        }
        alone.putNull(FINISH);
        ObjectNode chunk = skeleton(null);
        chunk.putArray("choices").add(alone);
        return new Chunk(chunk, alone, null);
    }

    /** A chunk of the same answer for the same choice, without text. */
    ObjectNode skeleton(@Nullable String finish) {
        ObjectNode copy = node.deepCopy();
        ObjectNode bare = copy.putArray("choices").addObject();
        bare.set("index", choice.path("index"));
        if (choice.has("text")) {
            bare.put("text", "");
        } else {
            bare.putObject("delta");
        }
        if (choice.has("logprobs")) {
            bare.putNull("logprobs");
        }
        bare.put(FINISH, finish);
        if (copy.has("usage")) {
            copy.putNull("usage");
        }
        return copy;
    }
}
