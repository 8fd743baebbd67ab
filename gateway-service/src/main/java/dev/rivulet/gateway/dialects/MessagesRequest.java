// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One request in Anthropic's form, on its way to a chat completion. What can't be carried over is refused by name. */
final class MessagesRequest {

    private static final Set<String> AS_IT_IS =
            Set.of("model", "stream", "temperature", "top_p", "top_k", "max_tokens");

    /** It asks for nothing that would change an answer here. */
    private static final String PASSED_OVER = "service_tier";

    private static final int MOST_STOPS = 4;

    private final JsonNode given;
    private final ObjectNode chat = JsonMapper.shared().createObjectNode();

    MessagesRequest(JsonNode given) {
        this.given = given;
    }

    /** @throws ProblemException naming the field at fault */
    ObjectNode chat() {
        read();
        JsonNode most = given.path("max_tokens");
        if (most.isMissingNode() || most.isNull()) {
            throw missing("max_tokens");
        }
        if (given.path("stream").asBoolean(false)) {
            chat.putObject("stream_options").put("include_usage", true);
        }
        return chat;
    }

    /**
     * The chat for the sake of what the model reads: whether it says how to answer does not matter.
     *
     * @throws ProblemException naming the field at fault
     */
    ObjectNode prompt() {
        read();
        return chat;
    }

    private void read() {
        ArrayNode messages = chat.putArray("messages");
        given.properties().forEach(field -> field(field.getKey(), field.getValue()));
        system(messages);
        new MessagesTurns(messages).all(given.path("messages"));
    }

    private void field(String name, JsonNode value) {
        if (AS_IT_IS.contains(name)) {
            chat.set(name, value);
            return;
        }
        switch (name) {
            case "messages", "system" -> {}
            case "stop_sequences" -> stops(value);
            case "tools" -> tools(value);
            case "tool_choice" -> toolChoice(value);
            case "metadata" -> user(value);
            case "thinking" -> thinking(value);
            default -> {
                if (!name.equals(PASSED_OVER) && !value.isNull()) {
                    throw unsupported(name, "'" + Shown.text(name) + "' is not supported here.");
                }
            }
        }
    }

    private void system(ArrayNode messages) {
        JsonNode system = given.path("system");
        if (!system.isMissingNode() && !system.isNull()) {
            messages.addObject().put("role", "system").put("content", MessagesTurns.text(system, "system"));
        }
    }

    private void stops(JsonNode value) {
        if (!value.isArray() || value.size() > MOST_STOPS) {
            throw invalid("stop_sequences", "'stop_sequences' must be a list of at most " + MOST_STOPS + " strings.");
        }
        if (!value.isEmpty()) {
            chat.set("stop", value);
        }
    }

    private void user(JsonNode metadata) {
        if (metadata.path("user_id").isString()) {
            chat.put("user", metadata.path("user_id").asString());
        }
    }

    private static void thinking(JsonNode value) {
        if (!value.path("type").asString("").equals("disabled")) {
            throw unsupported("thinking", "'thinking' is not supported here. Leave it out.");
        }
    }

    private void tools(JsonNode value) {
        if (!value.isArray()) {
            throw invalid("tools", "'tools' must be a list.");
        }
        if (value.isEmpty()) {
            return;
        }
        ArrayNode tools = chat.putArray("tools");
        for (int i = 0; i < value.size(); i++) {
            tool(tools, value.get(i), "tools[" + i + "]");
        }
    }

    private static void tool(ArrayNode tools, JsonNode tool, String at) {
        if (!tool.path("type").asString("custom").equals("custom")) {
            throw unsupported(
                    at + ".type", "'" + at + "' is a tool of Anthropic's servers. Only tools of your own work here.");
        }
        if (!tool.path("name").isString() || !tool.path("input_schema").isObject()) {
            throw invalid(at, "'" + at + "' needs a 'name' and an 'input_schema'.");
        }
        ObjectNode function = tools.addObject().put("type", "function").putObject("function");
        function.set("name", tool.get("name"));
        if (tool.path("description").isString()) {
            function.set("description", tool.get("description"));
        }
        function.set("parameters", tool.get("input_schema"));
    }

    private void toolChoice(JsonNode value) {
        switch (value.path("type").asString("")) {
            case "auto" -> chat.put("tool_choice", "auto");
            case "any" -> chat.put("tool_choice", "required");
            case "none" -> chat.put("tool_choice", "none");
            case "tool" -> {
                if (!value.path("name").isString()) {
                    throw invalid("tool_choice.name", "'tool_choice.name' must name a tool.");
                }
                ObjectNode choice = chat.putObject("tool_choice").put("type", "function");
                choice.putObject("function").set("name", value.path("name"));
            }
            default -> throw invalid("tool_choice.type", "'tool_choice.type' must be auto, any, tool or none.");
        }
        if (value.path("disable_parallel_tool_use").asBoolean(false)) {
            chat.put("parallel_tool_calls", false);
        }
    }

    static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }

    static ProblemException unsupported(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.UNSUPPORTED_PARAMETER, param, message));
    }

    private static ProblemException missing(String param) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, param, "'" + param + "' is missing."));
    }
}
