// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's Messages API, version 2023-06-01, as far as a chat completion can carry it: text, tools and their results.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">Messages</a>
 */
@Component
final class MessagesDialect implements Dialect, Dialect.Form {

    private final JsonMapper json;

    MessagesDialect(JsonMapper json) {
        this.json = json;
    }

    @Override
    public String path() {
        return "/v1/messages";
    }

    /** No answer needs to know what was asked. */
    @Override
    public Form of(Passage passage) {
        return this;
    }

    @Override
    public Optional<String> requestIdHeader() {
        return Optional.of("request-id");
    }

    @Override
    public byte[] request(byte[] body) {
        return json.writeValueAsBytes(new MessagesRequest(json.readTree(body)).chat());
    }

    @Override
    public byte[] whole(byte[] completion) {
        return json.writeValueAsBytes(new MessagesAnswer(json).message(ChatChunks.read(json, completion)));
    }

    @Override
    public Translation stream(String requestId) {
        return new MessagesStream(json, problem -> new String(errorEvent(problem, requestId), StandardCharsets.UTF_8));
    }

    @Override
    public byte[] error(Problem problem, String requestId) {
        ObjectNode whole = json.createObjectNode().put("type", "error");
        whole.putObject("error").put("type", type(problem.code())).put("message", problem.message());
        whole.put("request_id", requestId);
        return json.writeValueAsBytes(whole);
    }

    @Override
    public byte[] errorEvent(Problem problem, String requestId) {
        return ("event: error\ndata: " + new String(error(problem, requestId), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Anthropic's name for what a status says. */
    private static String type(ProblemCode code) {
        return switch (code.status()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 408, 504 -> "timeout_error";
            case 503 -> "overloaded_error";
            default -> code.status() < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /** What ended an answer, in Anthropic's words. */
    static String stopReason(JsonNode finish) {
        return switch (finish.asString("stop")) {
            case "length" -> "max_tokens";
            case "tool_calls", "function_call" -> "tool_use";
            case "content_filter" -> "refusal";
            default -> "end_turn";
        };
    }
}
