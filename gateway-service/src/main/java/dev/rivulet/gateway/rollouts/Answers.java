// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.exchange.SseEvents;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What two versions said, without what differs from one answer to the next: ids, times and how a stream was cut. */
final class Answers {

    private static final char END = '\u0000';

    private final JsonMapper json;

    Answers(JsonMapper json) {
        this.json = json;
    }

    /** Whether two right answers to a request are the same one: its temperature is 0. */
    boolean isGreedy(byte[] request) {
        try {
            JsonNode temperature = json.readTree(request).path("temperature");
            return temperature.isNumber() && temperature.asDouble() == 0;
        } catch (JacksonException e) {
            return false;
        }
    }

    /**
     * The text of all choices, with the calls that they make.
     *
     * @param stream whether the body is one of events; such a one must have come to its end
     * @return empty if it is no answer
     */
    Optional<String> text(byte[] body, boolean stream) {
        TreeMap<Integer, StringBuilder> choices = new TreeMap<>();
        try {
            if (!stream) {
                add(json.readTree(body), choices);
            } else if (!events(new String(body, StandardCharsets.UTF_8), choices)) {
                return Optional.empty();
            }
        } catch (JacksonException e) {
            return Optional.empty();
        }
        return choices.isEmpty() ? Optional.empty() : Optional.of(String.join(String.valueOf(END), choices.values()));
    }

    private boolean events(String events, TreeMap<Integer, StringBuilder> choices) {
        for (String event : SseEvents.split(events.replace("\r\n", "\n"))) {
            String data = SseEvents.data(event);
            if ("[DONE]".equals(data)) {
                return true;
            }
            if (data != null) {
                JsonNode chunk = json.readTree(data);
                if (chunk.has("error")) {
                    return false;
                }
                add(chunk, choices);
            }
        }
        return false;
    }

    private static void add(JsonNode answer, TreeMap<Integer, StringBuilder> choices) {
        for (JsonNode choice : answer.path("choices")) {
            StringBuilder text = choices.computeIfAbsent(choice.path("index").asInt(0), index -> new StringBuilder());
            text.append(choice.path("text").asString(""));
            JsonNode message = choice.has("delta") ? choice.path("delta") : choice.path("message");
            text.append(message.path("content").asString(""));
            for (JsonNode call : message.path("tool_calls")) {
                text.append(call.path("function").path("name").asString(""))
                        .append(call.path("function").path("arguments").asString(""));
            }
        }
    }
}
