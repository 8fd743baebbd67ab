// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One stream of chunks as Anthropic's events: {@code message_start}, then for each block of text and each call of a tool
 * {@code content_block_start}, {@code content_block_delta}… and {@code content_block_stop}, then {@code message_delta} and
 * {@code message_stop}.
 */
final class MessagesStream implements Dialect.Translation {

    private static final int NO_TOOL = -1;

    private final JsonMapper json;
    private final MessagesAnswer forms;
    private final Function<Problem, String> failures;
    private final List<String> out = new ArrayList<>();
    private boolean started;
    private boolean over;
    private int block = -1;
    private boolean open;
    private int tool = NO_TOOL;
    private @Nullable JsonNode finish;
    private @Nullable JsonNode usage;

    /** @param failures a failure as an event */
    MessagesStream(JsonMapper json, Function<Problem, String> failures) {
        this.json = json;
        this.failures = failures;
        this.forms = new MessagesAnswer(json);
    }

    @Override
    public List<String> event(String event) {
        String data = SseEvents.data(event);
        if (data == null) {
            return List.of(event);
        }
        out.clear();
        if (over) {
            return List.of();
        }
        if (data.equals(ChatChunks.DONE)) {
            finish();
        } else {
            chunk(ChatChunks.read(json, data));
        }
        return List.copyOf(out);
    }

    @Override
    public List<String> end() {
        return over ? List.of() : List.of(failures.apply(ChatChunks.CUT_OFF));
    }

    private void chunk(JsonNode chunk) {
        JsonNode error = chunk.path("error");
        if (error.isObject()) {
            over = true;
            out.add(failures.apply(ChatChunks.problem(error)));
            return;
        }
        start(chunk);
        if (chunk.path("usage").isObject()) {
            usage = chunk.get("usage");
        }
        for (JsonNode choice : chunk.path("choices")) {
            text(choice.path("delta").path("content").asString(""));
            choice.path("delta").path("tool_calls").forEach(this::call);
            if (choice.path("finish_reason").isString()) {
                finish = choice.get("finish_reason");
            }
        }
    }

    private void start(JsonNode chunk) {
        if (started) {
            return;
        }
        started = true;
        ObjectNode told = named("message_start");
        ObjectNode message = forms.head(chunk);
        message.putArray("content");
        message.putNull("stop_reason");
        message.putNull("stop_sequence");
        message.set("usage", forms.usage(json.createObjectNode()));
        told.set("message", message);
        send(told);
    }

    private void text(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (!open || tool != NO_TOOL) {
            tool = NO_TOOL;
            begin(json.createObjectNode().put("type", "text").put("text", ""));
        }
        delta(json.createObjectNode().put("type", "text_delta").put("text", text));
    }

    private void call(JsonNode call) {
        int index = call.path("index").asInt(0);
        JsonNode function = call.path("function");
        if (!open || tool != index) {
            tool = index;
            ObjectNode start = json.createObjectNode()
                    .put("type", "tool_use")
                    .put("id", call.path("id").asString(""))
                    .put("name", function.path("name").asString(""));
            start.putObject("input");
            begin(start);
        }
        String arguments = function.path("arguments").asString("");
        if (!arguments.isEmpty()) {
            delta(json.createObjectNode().put("type", "input_json_delta").put("partial_json", arguments));
        }
    }

    private void begin(ObjectNode content) {
        close();
        open = true;
        block++;
        ObjectNode told = named("content_block_start").put("index", block);
        told.set("content_block", content);
        send(told);
    }

    private void delta(ObjectNode delta) {
        ObjectNode told = named("content_block_delta").put("index", block);
        told.set("delta", delta);
        send(told);
    }

    private void close() {
        if (open) {
            open = false;
            send(named("content_block_stop").put("index", block));
        }
    }

    private void finish() {
        over = true;
        start(json.createObjectNode());
        close();
        ObjectNode told = named("message_delta");
        told.putObject("delta")
                .put("stop_reason", MessagesDialect.stopReason(finish == null ? json.nullNode() : finish))
                .putNull("stop_sequence");
        told.set("usage", forms.usage(usage == null ? json.createObjectNode() : usage));
        send(told);
        send(named("message_stop"));
    }

    private ObjectNode named(String type) {
        return json.createObjectNode().put("type", type);
    }

    private void send(ObjectNode event) {
        out.add("event: " + event.get("type").asString() + "\ndata: " + json.writeValueAsString(event) + "\n\n");
    }
}
