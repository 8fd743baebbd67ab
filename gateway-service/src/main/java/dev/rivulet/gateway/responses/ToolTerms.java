// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static dev.rivulet.gateway.responses.Refusal.invalid;
import static dev.rivulet.gateway.responses.Refusal.unsupported;

import dev.rivulet.gateway.exchange.Shown;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools that a request offers, and how they may be called. */
final class ToolTerms {

    private static final int MOST = 128;
    private static final int LONGEST_NAME = 128;

    private final Fields fields;
    private final ObjectNode chat;
    private final ObjectNode told;

    /**
     * @param chat where they go
     * @param told where they are repeated
     */
    ToolTerms(Fields fields, ObjectNode chat, ObjectNode told) {
        this.fields = fields;
        this.chat = chat;
        this.told = told;
    }

    void read() {
        ArrayNode repeated = told.putArray("tools");
        boolean parallel = fields.flag("parallel_tool_calls", true);
        told.put("parallel_tool_calls", parallel);
        fields.list("tools", MOST).filter(tools -> !tools.isEmpty()).ifPresent(tools -> {
            ArrayNode functions = chat.putArray("tools");
            for (int i = 0; i < tools.size(); i++) {
                tool(tools.get(i), "tools[" + i + "]", functions, repeated);
            }
            if (!parallel) {
                chat.put("parallel_tool_calls", false);
            }
        });
        told.put("tool_choice", "auto");
        fields.value("tool_choice").ifPresent(this::choice);
    }

    private static void tool(JsonNode given, String at, ArrayNode functions, ArrayNode repeated) {
        if (!given.isObject()) {
            throw invalid(at, "must be an object.");
        }
        Fields tool = new Fields(given, at);
        String type = tool.text("type", LONGEST_NAME);
        if (!type.equals("function")) {
            throw unsupported(
                    at + ".type",
                    "'" + at + "' is a tool of type '" + Shown.text(type)
                            + "', which is not supported here. Only functions of your own are.");
        }
        String name = tool.text("name", LONGEST_NAME);
        ObjectNode function = functions
                .addObject()
                .put("type", "function")
                .putObject("function")
                .put("name", name);
        ObjectNode repeat = repeated.addObject().put("type", "function").put("name", name);
        String description = tool.text("description");
        repeat.put("description", description);
        if (description != null) {
            function.put("description", description);
        }
        repeat.putNull("parameters");
        tool.object("parameters").ifPresent(parameters -> {
            repeat.set("parameters", parameters.given());
            function.set("parameters", parameters.given());
        });
        boolean strict = tool.flag("strict", false);
        repeat.put("strict", strict);
        if (strict) {
            function.put("strict", true);
        }
    }

    private void choice(JsonNode choice) {
        if (choice.isString()) {
            String mode = choice.stringValue();
            fields.require(
                    mode.equals("none") || mode.equals("auto") || mode.equals("required"),
                    "tool_choice",
                    "must be none, auto, required or a function.");
            told.put("tool_choice", mode);
            chat.put("tool_choice", mode);
            return;
        }
        fields.require(choice.isObject(), "tool_choice", "must be none, auto, required or a function.");
        Fields one = new Fields(choice, "tool_choice");
        if (!one.text("type", LONGEST_NAME).equals("function")) {
            throw unsupported("tool_choice.type", "Only a function can be chosen with 'tool_choice' here.");
        }
        String name = one.text("name", LONGEST_NAME);
        told.set(
                "tool_choice",
                JsonMapper.shared().createObjectNode().put("type", "function").put("name", name));
        chat.putObject("tool_choice")
                .put("type", "function")
                .putObject("function")
                .put("name", name);
    }
}
