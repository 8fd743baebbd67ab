// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import static dev.rivulet.gateway.dialects.MessagesRequest.invalid;
import static dev.rivulet.gateway.dialects.MessagesRequest.unsupported;

import dev.rivulet.gateway.exchange.Shown;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The turns of a conversation: blocks of text are joined, calls of tools go beside the text of their turn, and results of tools
 * become turns of their own before the text that follows them.
 */
final class MessagesTurns {

    private final ArrayNode messages;

    /** @param messages where they go */
    MessagesTurns(ArrayNode messages) {
        this.messages = messages;
    }

    void all(JsonNode turns) {
        if (!turns.isArray() || turns.isEmpty()) {
            throw invalid("messages", "'messages' must be a list of at least one message.");
        }
        for (int i = 0; i < turns.size(); i++) {
            turn(turns.get(i), "messages[" + i + "]");
        }
    }

    /** Text that is given as a string or as blocks. */
    static String text(JsonNode content, String at) {
        if (content.isString()) {
            return content.asString();
        }
        if (!content.isArray()) {
            throw invalid(at, "'" + at + "' must be a string or a list of blocks.");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            texts.add(textOf(content.get(i), at + "[" + i + "]"));
        }
        return String.join("\n", texts);
    }

    private void turn(JsonNode turn, String at) {
        JsonNode content = turn.path("content");
        String place = at + ".content";
        switch (turn.path("role").asString("")) {
            case "user" -> user(content, place);
            case "assistant" -> assistant(content, place);
            default -> throw invalid(at + ".role", "'" + at + ".role' must be user or assistant.");
        }
    }

    private void user(JsonNode content, String at) {
        if (!content.isArray()) {
            messages.addObject().put("role", "user").put("content", text(content, at));
            return;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            JsonNode block = content.get(i);
            String place = at + "[" + i + "]";
            if (block.path("type").asString("").equals("tool_result")) {
                result(block, place);
            } else {
                texts.add(textOf(block, place));
            }
        }
        if (!texts.isEmpty()) {
            messages.addObject().put("role", "user").put("content", String.join("\n", texts));
        }
    }

    private void result(JsonNode block, String at) {
        if (!block.path("tool_use_id").isString()) {
            throw invalid(at + ".tool_use_id", "'" + at + ".tool_use_id' must name the call.");
        }
        JsonNode content = block.path("content");
        boolean empty = content.isMissingNode() || content.isNull();
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", block.get("tool_use_id").asString())
                .put("content", empty ? "" : text(content, at + ".content"));
    }

    private void assistant(JsonNode content, String at) {
        ObjectNode message = messages.addObject().put("role", "assistant");
        if (!content.isArray()) {
            message.put("content", text(content, at));
            return;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            JsonNode block = content.get(i);
            String place = at + "[" + i + "]";
            if (block.path("type").asString("").equals("tool_use")) {
                call(message.withArray("tool_calls"), block, place);
            } else {
                texts.add(textOf(block, place));
            }
        }
        if (texts.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", String.join("\n", texts));
        }
    }

    private static void call(ArrayNode calls, JsonNode block, String at) {
        if (!block.path("id").isString() || !block.path("name").isString()) {
            throw invalid(at, "'" + at + "' needs an 'id' and a 'name'.");
        }
        ObjectNode call = calls.addObject();
        call.set("id", block.get("id"));
        call.put("type", "function");
        ObjectNode function = call.putObject("function");
        function.set("name", block.get("name"));
        function.put(
                "arguments", block.path("input").isObject() ? block.get("input").toString() : "{}");
    }

    private static String textOf(JsonNode block, String at) {
        String type = block.path("type").asString("");
        if (!type.equals("text")) {
            throw unsupported(
                    at + ".type",
                    "'" + at + "' is a block of type '" + Shown.text(type) + "', which is not supported here.");
        }
        if (!block.path("text").isString()) {
            throw invalid(at + ".text", "'" + at + ".text' must be a string.");
        }
        return block.get("text").asString();
    }
}
