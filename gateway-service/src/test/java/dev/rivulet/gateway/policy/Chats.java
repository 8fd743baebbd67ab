// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests for chats, and what a replica answers to them. */
final class Chats {

    static final String USAGE = "{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}";

    private static final JsonMapper JSON = JsonMapper.shared();

    private Chats() {}

    static String asking(String text) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    static String streaming(String text) {
        return asking(text).replace("{\"model", "{\"stream\":true,\"model");
    }

    static String whole(String content, String logprobs) {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
                + "{\"role\":\"assistant\",\"content\":\"" + content + "\",\"refusal\":null},\"logprobs\":" + logprobs
                + ",\"finish_reason\":\"stop\"}],\"usage\":" + USAGE + "}";
    }

    static String content(int index, String text) {
        return chunk(index, "{\"content\":" + JSON.writeValueAsString(text) + "}", null);
    }

    static String call(String arguments) {
        return chunk(
                0,
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + JSON.writeValueAsString(arguments)
                        + "}}]}",
                null);
    }

    static String chunk(int index, String delta, @Nullable String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":"
                + index
                + ",\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                + (finish == null ? "null" : "\"" + finish + "\"") + "}]}\n\n";
    }

    static List<JsonNode> choices(String body, int index) {
        List<JsonNode> choices = new ArrayList<>();
        body.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring(6)).path("choices"))
                .forEach(all -> all.forEach(choice -> {
                    if (choice.path("index").asInt() == index) {
                        choices.add(choice);
                    }
                }));
        return choices;
    }

    static String told(String body, int index, String field) {
        StringBuilder told = new StringBuilder();
        choices(body, index).forEach(choice -> choice.findValuesAsString(field).forEach(told::append));
        return told.toString();
    }

    static List<String> finishes(String body, int index) {
        return choices(body, index).stream()
                .map(choice -> choice.path("finish_reason"))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .toList();
    }
}
