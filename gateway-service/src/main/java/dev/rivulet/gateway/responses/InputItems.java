// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static dev.rivulet.gateway.responses.Refusal.invalid;
import static dev.rivulet.gateway.responses.Refusal.missing;
import static dev.rivulet.gateway.responses.Refusal.unsupported;

import dev.rivulet.gateway.exchange.Shown;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The items of a request in one form, each with its id, as {@code input_items} shows them: messages whose content is a list of
 * parts, calls of functions and what came of them.
 */
final class InputItems {

    private static final int MOST = 4_096;
    private static final int LONGEST_ID = 128;
    private static final Set<String> ASKING = Set.of("user", "system", "developer");
    private static final Set<String> TEXTS = Set.of("input_text", "output_text", "text");

    private final String ids;
    private final ArrayNode items = JsonMapper.shared().createArrayNode();

    /** @param ids what ids end in where an item has none */
    InputItems(String ids) {
        this.ids = ids;
    }

    /** @param input a string or a list of items */
    ArrayNode read(JsonNode input) {
        if (input.isString()) {
            message("msg", null, "user").withArray("content").add(text("user", input.stringValue()));
            return items;
        }
        if (!input.isArray() || input.isEmpty() || input.size() > MOST) {
            throw invalid("input", "must be a string or a list of 1 to " + MOST + " items.");
        }
        for (int i = 0; i < input.size(); i++) {
            item(input.get(i), "input[" + i + "]");
        }
        if (items.isEmpty()) {
            throw invalid("input", "holds nothing that a model could read.");
        }
        return items;
    }

    private void item(JsonNode given, String at) {
        if (!given.isObject()) {
            throw invalid(at, "must be an object.");
        }
        Fields item = new Fields(given, at);
        @Nullable String type = item.text("type");
        switch (type == null ? "message" : type) {
            case "message" -> message(item);
            case "function_call" -> call(item);
            case "function_call_output" -> outcome(item);
            // The thoughts of another model, which clients send back with its answer, are nothing to this one.
            case "reasoning" -> {}
            default ->
                throw unsupported(
                        at + ".type",
                        "'" + at + "' is an item of type '" + Shown.text(String.valueOf(type))
                                + "', which is not supported here.");
        }
    }

    private void message(Fields item) {
        String role = item.text("role", LONGEST_ID);
        if (!ASKING.contains(role) && !role.equals("assistant")) {
            throw invalid(item.path("role"), "must be user, assistant, system or developer.");
        }
        JsonNode content = item.value("content").orElseThrow(() -> missing(item.path("content")));
        ArrayNode parts = message("msg", item.text("id"), role).withArray("content");
        if (content.isString()) {
            parts.add(text(role, content.stringValue()));
            return;
        }
        if (!content.isArray() || content.size() > MOST) {
            throw invalid(item.path("content"), "must be a string or a list of at most " + MOST + " parts.");
        }
        for (int i = 0; i < content.size(); i++) {
            parts.add(text(role, textOf(content.get(i), item.path("content") + "[" + i + "]")));
        }
    }

    private void call(Fields item) {
        ObjectNode call = add("fc", item.text("id"), "function_call");
        call.put("call_id", item.text("call_id", LONGEST_ID));
        call.put("name", item.text("name", LONGEST_ID));
        @Nullable String arguments = item.text("arguments");
        if (arguments == null) {
            throw missing(item.path("arguments"));
        }
        call.put("arguments", arguments).put("status", "completed");
    }

    private void outcome(Fields item) {
        JsonNode output = item.value("output").orElseThrow(() -> missing(item.path("output")));
        ObjectNode outcome = add("fco", item.text("id"), "function_call_output");
        outcome.put("call_id", item.text("call_id", LONGEST_ID));
        if (output.isString()) {
            outcome.set("output", output);
        } else if (output.isArray() && output.size() <= MOST) {
            ArrayNode parts = outcome.putArray("output");
            for (int i = 0; i < output.size(); i++) {
                parts.add(text("user", textOf(output.get(i), item.path("output") + "[" + i + "]")));
            }
        } else {
            throw invalid(item.path("output"), "must be a string or a list of at most " + MOST + " parts.");
        }
        outcome.put("status", "completed");
    }

    private ObjectNode message(String kind, @Nullable String id, String role) {
        ObjectNode message = add(kind, id, "message").put("role", role).put("status", "completed");
        message.putArray("content");
        return message;
    }

    private ObjectNode add(String kind, @Nullable String id, String type) {
        boolean given = id != null && !id.isBlank() && id.length() <= LONGEST_ID;
        String own = kind + "_" + ids + "_in" + items.size();
        return items.addObject().put("id", given ? id : own).put("type", type);
    }

    private static ObjectNode text(String role, String text) {
        ObjectNode part = JsonMapper.shared().createObjectNode();
        if (!role.equals("assistant")) {
            return part.put("type", "input_text").put("text", text);
        }
        part.put("type", "output_text").put("text", text).putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    private static String textOf(JsonNode part, String at) {
        String type = part.path("type").asString("");
        String field = type.equals("refusal") ? "refusal" : "text";
        if (!TEXTS.contains(type) && !type.equals("refusal")) {
            throw unsupported(
                    at + ".type",
                    "'" + at + "' is a part of type '" + Shown.text(type) + "', which is not supported here.");
        }
        if (!part.path(field).isString()) {
            throw invalid(at + "." + field, "must be a string.");
        }
        return part.get(field).stringValue();
    }
}
