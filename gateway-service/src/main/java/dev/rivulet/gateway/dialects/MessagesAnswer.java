// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A chat completion as a message in Anthropic's form. */
final class MessagesAnswer {

    private final JsonMapper json;

    MessagesAnswer(JsonMapper json) {
        this.json = json;
    }

    ObjectNode message(JsonNode completion) {
        JsonNode choice = completion.path("choices").path(0);
        ObjectNode message = head(completion);
        ArrayNode content = message.putArray("content");
        String text = choice.path("message").path("content").asString("");
        if (!text.isEmpty()) {
            content.addObject().put("type", "text").put("text", text);
        }
        for (JsonNode call : choice.path("message").path("tool_calls")) {
            ObjectNode block = content.addObject().put("type", "tool_use");
            block.put("id", call.path("id").asString(""));
            block.put("name", call.path("function").path("name").asString(""));
            block.set("input", input(call.path("function").path("arguments").asString("{}")));
        }
        message.put("stop_reason", MessagesDialect.stopReason(choice.path("finish_reason")));
        message.putNull("stop_sequence");
        message.set("usage", usage(completion.path("usage")));
        return message;
    }

    /** What a message begins with. */
    ObjectNode head(JsonNode completion) {
        return json.createObjectNode()
                .put("id", "msg_" + completion.path("id").asString("").replaceFirst("^chatcmpl-", ""))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", completion.path("model").asString(""));
    }

    /** Tokens that were read anew and tokens from the prefix cache are counted apart. */
    ObjectNode usage(JsonNode usage) {
        long cached = usage.path("prompt_tokens_details").path("cached_tokens").asLong(0);
        return json.createObjectNode()
                .put("input_tokens", usage.path("prompt_tokens").asLong(0) - cached)
                .put("cache_read_input_tokens", cached)
                .put("output_tokens", usage.path("completion_tokens").asLong(0));
    }

    /** The arguments of a call, which a model may have written badly: then they are kept as text. */
    private JsonNode input(String arguments) {
        try {
            JsonNode read = json.readTree(arguments);
            if (read.isObject()) {
                return read;
            }
        } catch (JacksonException e) {
            // Told below, as text.
        }
        return json.createObjectNode().put("arguments", arguments);
    }
}
