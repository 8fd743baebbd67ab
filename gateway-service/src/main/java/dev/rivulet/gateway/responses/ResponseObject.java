// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemCode;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The object {@code response} at each stage: what its request said, and what has become of it. Used by one thread at a time. */
final class ResponseObject {

    private final ObjectNode fixed;

    /**
     * @param told the fields of the request that it repeats
     * @param createdAt shown in whole seconds
     */
    ResponseObject(String id, Instant createdAt, ObjectNode told) {
        fixed = JsonMapper.shared().createObjectNode().put("id", id).put("object", "response");
        fixed.put("created_at", createdAt.getEpochSecond());
        fixed.setAll(told);
        fixed.put("service_tier", "default");
    }

    /** The model that answers, which may be another one than was asked. */
    void model(String name) {
        if (!name.isBlank()) {
            fixed.put("model", name);
        }
    }

    /** A response that has not ended. */
    ObjectNode open(String status) {
        return of(status, null, JsonMapper.shared().createArrayNode(), null);
    }

    /** @param finish {@code finish_reason} of the chat completion */
    ObjectNode ended(String finish, Instant at, Collection<? extends OutputItem> items, @Nullable JsonNode usage) {
        String status = status(finish);
        ObjectNode response = of(status, at, output(items, status), usage);
        if (status.equals("incomplete")) {
            response.putObject("incomplete_details")
                    .put("reason", finish.equals("length") ? "max_output_tokens" : "content_filter");
        }
        return response;
    }

    ObjectNode failed(Problem problem, Collection<? extends OutputItem> items) {
        ObjectNode response = of("failed", null, output(items, "incomplete"), null);
        response.putObject("error").put("code", code(problem.code())).put("message", problem.message());
        return response;
    }

    /** One that was cancelled. */
    ObjectNode cancelled(Collection<? extends OutputItem> items) {
        return of("cancelled", null, output(items, "incomplete"), null);
    }

    static String status(String finish) {
        return finish.equals("length") || finish.equals("content_filter") ? "incomplete" : "completed";
    }

    private ObjectNode of(String status, @Nullable Instant completedAt, ArrayNode output, @Nullable JsonNode usage) {
        ObjectNode response = fixed.deepCopy().put("status", status);
        if (completedAt == null || !status.equals("completed")) {
            response.putNull("completed_at");
        } else {
            response.put("completed_at", completedAt.getEpochSecond());
        }
        response.putNull("error").putNull("incomplete_details");
        response.set("output", output);
        if (usage != null) {
            response.set("usage", usage(usage));
        }
        return response;
    }

    private static ArrayNode output(Collection<? extends OutputItem> items, String unlessClosed) {
        ArrayNode output = JsonMapper.shared().createArrayNode();
        items.forEach(item -> output.add(item.now(unlessClosed)));
        return output;
    }

    private static ObjectNode usage(JsonNode usage) {
        ObjectNode told = JsonMapper.shared().createObjectNode();
        long input = usage.path("prompt_tokens").asLong(0);
        long output = usage.path("completion_tokens").asLong(0);
        told.put("input_tokens", input)
                .putObject("input_tokens_details")
                .put(
                        "cached_tokens",
                        usage.path("prompt_tokens_details")
                                .path("cached_tokens")
                                .asLong(0));
        told.put("output_tokens", output)
                .putObject("output_tokens_details")
                .put(
                        "reasoning_tokens",
                        usage.path("completion_tokens_details")
                                .path("reasoning_tokens")
                                .asLong(0));
        return told.put("total_tokens", input + output);
    }

    /** OpenAI's name for it: there are few. */
    private static String code(ProblemCode code) {
        if (code.status() == 429) {
            return "rate_limit_exceeded";
        }
        return code.category() == ProblemCategory.CALLER ? "invalid_prompt" : "server_error";
    }
}
