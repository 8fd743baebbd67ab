// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tools and their calls as templates expect them. Whatever a caller wrote is a caller's text. */
final class ToolValues {

    private static final JsonMapper JSON = new JsonMapper();

    private ToolValues() {}

    static Value tools(List<String> tools) throws TemplateException {
        List<Value> values = new ArrayList<>();
        for (String tool : tools) {
            values.add(parsed(tool));
        }
        return new Value.Items(values);
    }

    /** Adds to the fields of a message what it says of calls. */
    static void add(ChatMessage message, Map<Value, Value> fields) throws TemplateException {
        if (!message.toolCalls().isEmpty()) {
            List<Value> calls = new ArrayList<>();
            for (ToolCall call : message.toolCalls()) {
                calls.add(call(call));
            }
            fields.put(Text.trusted("tool_calls"), new Value.Items(calls));
        }
        if (message.toolCallId() != null) {
            fields.put(Text.trusted("tool_call_id"), Text.foreign(message.toolCallId()));
        }
        if (message.name() != null) {
            fields.put(Text.trusted("name"), Text.foreign(message.name()));
        }
    }

    private static Value call(ToolCall call) throws TemplateException {
        Map<Value, Value> function = new LinkedHashMap<>();
        function.put(Text.trusted("name"), Text.foreign(call.name()));
        function.put(Text.trusted("arguments"), parsed(call.arguments()));
        Map<Value, Value> fields = new LinkedHashMap<>();
        fields.put(Text.trusted("id"), Text.foreign(call.id()));
        fields.put(Text.trusted("type"), Text.trusted("function"));
        fields.put(Text.trusted("function"), new Value.Dict(function));
        return new Value.Dict(fields);
    }

    private static Value parsed(String json) throws TemplateException {
        try {
            return value(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new TemplateException("a tool or a call of one is no JSON");
        } catch (Value.TooDeep e) {
            throw new TemplateException("a tool or a call of one is nested too deep");
        }
    }

    private static Value value(JsonNode node) {
        if (node.isObject()) {
            Map<Value, Value> fields = new LinkedHashMap<>();
            node.forEachEntry((name, field) -> fields.put(Text.foreign(name), value(field)));
            return new Value.Dict(fields);
        }
        if (node.isArray()) {
            List<Value> items = new ArrayList<>();
            node.forEach(item -> items.add(value(item)));
            return new Value.Items(items);
        }
        if (node.isString()) {
            return Text.foreign(node.asString());
        }
        if (node.isBoolean()) {
            return Value.of(node.asBoolean());
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Value.of(node.asLong());
        }
        return node.isNumber() ? new Value.Real(node.asDouble()) : Value.NONE;
    }
}
