// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Items as the messages of a chat: calls of functions go beside the text of their turn, what came of them become messages of the
 * role tool. Takes the items of {@link InputItems} and of responses.
 */
final class ChatMessages {

    private final ArrayNode messages;
    private @Nullable ObjectNode turn;

    /** @param messages where they go */
    ChatMessages(ArrayNode messages) {
        this.messages = messages;
    }

    void all(ArrayNode items) {
        items.forEach(this::item);
    }

    private void item(JsonNode item) {
        switch (item.path("type").asString("")) {
            case "function_call" -> call(item);
            case "function_call_output" -> {
                turn = null;
                messages.addObject()
                        .put("role", "tool")
                        .put("tool_call_id", item.path("call_id").asString())
                        .set("content", content(item.path("output")));
            }
            default -> message(item);
        }
    }

    private void message(JsonNode item) {
        String role = item.path("role").asString();
        ObjectNode message = messages.addObject().put("role", role);
        message.set("content", content(item.path("content")));
        turn = role.equals("assistant") ? message : null;
    }

    private void call(JsonNode item) {
        ObjectNode of = turn;
        if (of == null) {
            of = messages.addObject().put("role", "assistant").putNull("content");
            turn = of;
        }
        of.withArray("tool_calls")
                .addObject()
                .put("id", item.path("call_id").asString())
                .put("type", "function")
                .putObject("function")
                .put("name", item.path("name").asString())
                .put("arguments", item.path("arguments").asString());
    }

    /** One text is a string, several stay apart. */
    private JsonNode content(JsonNode given) {
        if (given.isString()) {
            return given;
        }
        if (given.size() == 1) {
            return messages.stringNode(text(given.get(0)));
        }
        ArrayNode parts = messages.arrayNode();
        given.forEach(part -> parts.addObject().put("type", "text").put("text", text(part)));
        return parts.isEmpty() ? messages.stringNode("") : parts;
    }

    private static String text(JsonNode part) {
        return part.path(part.path("type").asString("").equals("refusal") ? "refusal" : "text")
                .asString("");
    }
}
