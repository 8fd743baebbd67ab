// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mends of an upstream's answer what a client would break at: a stream whose first chunk lacks the role, usage within the last
 * chunk of a choice, and errors without all four keys. Everything else passes as it is.
 */
final class UpstreamAnswers {

    private static final int LARGEST_ERROR = 65_536;

    private final JsonMapper json;

    UpstreamAnswers(JsonMapper json) {
        this.json = json;
    }

    /**
     * Mends an answer.
     *
     * @param upstream its name, for the caller and the log
     * @return the answer; or a failure with {@code replica_lost} if the upstream doesn't take our key
     */
    Mono<Answer> normal(Answer answer, String upstream) {
        if (answer.isStream()) {
            return Mono.just(answer.with(Flux.defer(() -> {
                Chunks chunks = new Chunks();
                return SseEvents.mended(answer.body(), chunks::passes, chunks::mended);
            })));
        }
        if (answer.status() == 401 || answer.status() == 403) {
            answer.abandon().run();
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.REPLICA_LOST, "The upstream '" + upstream + "' does not take this gateway's key.")));
        }
        return answer.status() < 400
                ? Mono.just(answer)
                : answer.bytes(LARGEST_ERROR).defaultIfEmpty(new byte[0]).map(body -> error(answer, upstream, body));
    }

    private Answer error(Answer answer, String upstream, byte[] body) {
        ObjectNode error = json.createObjectNode();
        JsonNode given = given(body);
        String message = given.path("message").asString("");
        error.put(
                "message",
                message.isEmpty()
                        ? "The upstream '" + upstream + "' answered with status " + answer.status() + "."
                        : message);
        error.put(
                "type", given.path("type").asString(answer.status() < 500 ? "invalid_request_error" : "server_error"));
        error.set("param", given.path("param").isString() ? given.get("param") : json.nullNode());
        JsonNode code = given.path("code");
        error.put("code", code.isString() || code.isNumber() ? code.asString() : "upstream_error");
        byte[] whole = json.writeValueAsBytes(json.createObjectNode().set("error", error));
        HttpHeaders headers = new DefaultHttpHeaders().set("content-type", "application/json");
        String retryAfter = answer.header("retry-after");
        if (retryAfter != null) {
            headers.set("retry-after", retryAfter);
        }
        return with(answer, headers, Flux.defer(() -> Flux.just(io.netty.buffer.Unpooled.wrappedBuffer(whole))));
    }

    private JsonNode given(byte[] body) {
        try {
            JsonNode error = json.readTree(body).path("error");
            return error.isString() ? json.createObjectNode().put("message", error.asString()) : error;
        } catch (JacksonException e) {
            return json.missingNode();
        }
    }

    private static Answer with(Answer answer, HttpHeaders headers, Flux<io.netty.buffer.ByteBuf> body) {
        return new Answer(answer.replica(), answer.status(), headers, body, answer.abandon());
    }

    /** The chunks of one stream. Used by one thread at a time. */
    private final class Chunks {

        private final Set<Integer> begun = new HashSet<>();

        /** Whether an event can't need it, whatever its data are. */
        boolean passes(String event) {
            return !begun.isEmpty() && !mayNeedIt(event);
        }

        /** One event as one or two; only those are read that may need it. */
        List<String> mended(String event) {
            String data = SseEvents.data(event);
            if (data == null || data.equals(ChatChunks.DONE) || passes(data)) {
                return List.of(event);
            }
            try {
                return json.readTree(data) instanceof ObjectNode chunk ? mended(event, chunk) : List.of(event);
            } catch (JacksonException e) {
                return List.of(event);
            }
        }

        private boolean mayNeedIt(String data) {
            return data.contains("\"usage\"") || data.contains("\"index\"") && !data.contains("\"index\":0");
        }

        private List<String> mended(String event, ObjectNode chunk) {
            boolean changed = false;
            boolean ends = false;
            for (JsonNode choice : chunk.path("choices")) {
                ends |= choice.path("finish_reason").isString();
                if (choice.path("delta") instanceof ObjectNode delta
                        && begun.add(choice.path("index").asInt(0))
                        && !delta.has("role")) {
                    delta.put("role", "assistant");
                    changed = true;
                }
            }
            if (!ends || !chunk.path("usage").isObject()) {
                return List.of(changed ? SseEvents.event(chunk.toString()) : event);
            }
            ObjectNode usage = chunk.deepCopy();
            usage.putArray("choices");
            chunk.remove("usage");
            return List.of(SseEvents.event(chunk.toString()), SseEvents.event(usage.toString()));
        }
    }
}
