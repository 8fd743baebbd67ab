// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.resume.JobStream;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One chat completion as a response: {@code response.created}, {@code response.in_progress}, the events of each item, then
 * {@code response.completed}, {@code response.incomplete} or {@code response.failed}. The same chunks make the same events with the
 * same numbers, so that a stream can be told again. Calls of functions are told as they come and end with the response, since
 * fragments of several may come by turns. Thread-safe, because a failure may come from elsewhere.
 */
final class ResponsesStream implements Dialect.Translation {

    private static final Problem TOO_LARGE =
            Problem.of(ProblemCode.REPLICA_LOST, "The answer is larger than this gateway passes on.");
    private static final int LARGEST = 8 << 20;

    private final JsonMapper json;
    private final ResponseObject response;
    private final Terms terms;
    private final Supplier<Instant> clock;
    private final Consumer<ObjectNode> ended;
    private final Events events;
    private final List<OutputItem> items = new ArrayList<>();
    private final Map<Integer, OutputCall> calls = new HashMap<>();
    private @Nullable OutputMessage message;
    private boolean queued;
    private boolean begun;
    private boolean over;
    private int size;
    private String finish = "stop";
    private @Nullable JsonNode usage;

    /**
     * @param clock when it has ended
     * @param ended hears of the response as it ended, once
     */
    ResponsesStream(
            JsonMapper json,
            ResponseObject response,
            Terms terms,
            Supplier<Instant> clock,
            Consumer<ObjectNode> ended) {
        this.json = json;
        this.response = response;
        this.terms = terms;
        this.clock = clock;
        this.ended = ended;
        this.events = new Events(json);
    }

    /**
     * How a response is told.
     *
     * @param ids what the ids of its items end in
     * @param logprobs whether log-probabilities are shown
     * @param waits whether it may wait before it begins, which is told with the first comment or chunk
     */
    record Terms(String ids, boolean logprobs, boolean waits) {}

    @Override
    public synchronized List<String> event(String event) {
        if (over) {
            return List.of();
        }
        if (terms.waits() && !queued) {
            queued = true;
            tell("response.created", response.open("queued"));
            tell("response.queued", response.open("queued"));
        }
        String data = SseEvents.data(event);
        if (data == null) {
            List<String> told = new ArrayList<>(events.taken());
            told.add(event);
            return told;
        }
        if (data.equals(ChatChunks.DONE)) {
            finish();
        } else {
            chunk(ChatChunks.read(json, data), "delta");
        }
        return events.taken();
    }

    @Override
    public synchronized List<String> end() {
        return failed(ChatChunks.CUT_OFF);
    }

    /** A completion that came whole. */
    synchronized void whole(JsonNode completion) {
        if (!completion.path("choices").isArray()) {
            throw ChatChunks.noCompletion();
        }
        chunk(completion, "message");
        if (!over) {
            finish();
        }
    }

    /** It ends here, with a failure; nothing where it has ended before. */
    synchronized List<String> failed(Problem problem) {
        if (!over) {
            fail(problem);
        }
        return events.taken();
    }

    private void chunk(JsonNode chunk, String of) {
        if (chunk.path("error").isObject()) {
            if (chunk.path("error").path("code").asString("").equals(JobStream.CANCELLED)) {
                over = true;
                end("response.incomplete", response.cancelled(items));
            } else {
                fail(ChatChunks.problem(chunk.get("error")));
            }
            return;
        }
        begin(chunk.path("model").asString(""));
        if (chunk.path("usage").isObject()) {
            usage = chunk.get("usage");
        }
        for (JsonNode choice : chunk.path("choices")) {
            JsonNode delta = choice.path(of);
            text(delta.path("content").asString(""), choice.path("logprobs").path("content"));
            refusal(delta.path("refusal").asString(""));
            int index = 0;
            for (JsonNode call : delta.path("tool_calls")) {
                call(call, call.path("index").asInt(index++));
            }
            finish = choice.path("finish_reason").asString(finish);
        }
        if (size > LARGEST) {
            fail(TOO_LARGE);
        }
    }

    /** What has not begun has no response that could fail. */
    private void fail(Problem problem) {
        over = true;
        if (begun || queued) {
            end("response.failed", response.failed(problem, items));
        } else {
            events.send(events.of("error")
                    .put("code", problem.code().wire())
                    .put("message", problem.message())
                    .put("param", problem.param()));
        }
    }

    private void begin(String model) {
        response.model(model);
        if (begun) {
            return;
        }
        begun = true;
        if (!queued) {
            tell("response.created", response.open("in_progress"));
        }
        tell("response.in_progress", response.open("in_progress"));
    }

    private void text(String text, JsonNode of) {
        if (!text.isEmpty()) {
            size += text.length();
            message().text(text, logprobs(of));
        }
    }

    private void refusal(String text) {
        if (!text.isEmpty()) {
            size += text.length();
            message().refusal(text);
        }
    }

    private void call(JsonNode fragment, int index) {
        closeMessage("completed");
        OutputCall call = calls.computeIfAbsent(index, fresh -> {
            OutputCall one = new OutputCall(events, "fc_" + terms.ids() + "_" + items.size(), items.size(), fragment);
            items.add(one);
            return one;
        });
        String arguments = fragment.path("function").path("arguments").asString("");
        size += arguments.length();
        call.arguments(arguments);
    }

    private OutputMessage message() {
        OutputMessage now = message;
        if (now == null) {
            now = new OutputMessage(events, "msg_" + terms.ids() + "_" + items.size(), items.size());
            items.add(now);
            message = now;
        }
        return now;
    }

    private void closeMessage(String status) {
        if (message != null) {
            message.close(status);
            message = null;
        }
    }

    private void finish() {
        over = true;
        begin("");
        String status = ResponseObject.status(finish);
        closeMessage(status);
        items.stream().filter(OutputCall.class::isInstance).forEach(call -> call.close(status));
        end("response." + status, response.ended(finish, clock.get(), items, usage));
    }

    private void end(String type, ObjectNode last) {
        tell(type, last);
        ended.accept(last);
    }

    private void tell(String type, ObjectNode told) {
        ObjectNode event = events.of(type);
        event.set("response", told);
        events.send(event);
    }

    /** Bytes that are no text of their own have none. */
    private ArrayNode logprobs(JsonNode content) {
        ArrayNode told = json.createArrayNode();
        if (terms.logprobs() && content.isArray()) {
            content.forEach(one -> {
                ObjectNode token = logprob(one);
                ArrayNode top = token.putArray("top_logprobs");
                one.path("top_logprobs").forEach(other -> top.add(logprob(other)));
                told.add(token);
            });
        }
        return told;
    }

    private ObjectNode logprob(JsonNode one) {
        ObjectNode token = json.createObjectNode();
        token.set("token", one.path("token"));
        token.set("logprob", one.path("logprob"));
        token.set("bytes", one.path("bytes").isArray() ? one.get("bytes") : json.createArrayNode());
        return token;
    }
}
