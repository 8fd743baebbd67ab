// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds an answer of an OpenAI-compatible server to what OpenAI publishes: which schema follows from the path, the status and
 * whether it is a stream, whose every event is held to it. In some places what is published says less than OpenAI's own API
 * sends and its clients read, and there an answer may be as they read it: embeddings in base64, texts that are streamed (their
 * choices end with {@code null} until the last, and their {@code usage} may be null), errors within a stream of chunks, ids of
 * an empty page, and what a batch has not reached yet. Thread-safe.
 */
public final class AnswerCheck {

    /** What is served at a path: the schema of a whole answer, and of an event of a stream where it can be one. */
    private record Served(
            String method,
            Pattern path,
            String whole,
            @Nullable String event) {

        private static Served at(String method, String path, String whole, @Nullable String event) {
            return new Served(method, Pattern.compile(path), whole, event);
        }
    }

    private static final String ERROR = "ErrorResponse";
    private static final String RESPONSE_EVENT = "ResponseStreamEvent";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<Served> SERVED = List.of(
            Served.at(
                    "POST",
                    "/v1/chat/completions",
                    "CreateChatCompletionResponse",
                    "CreateChatCompletionStreamResponse"),
            Served.at("POST", "/v1/completions", "CreateCompletionResponse", "CreateCompletionResponse"),
            Served.at("POST", "/v1/embeddings", "CreateEmbeddingResponse", null),
            Served.at("GET", "/v1/models", "ListModelsResponse", null),
            Served.at("GET", "/v1/models/.+", "Model", null),
            Served.at("POST", "/v1/responses/input_tokens", "TokenCountsResource", null),
            Served.at("POST", "/v1/responses(/[^/]+/cancel)?", "Response", RESPONSE_EVENT),
            Served.at("GET", "/v1/responses/[^/]+", "Response", RESPONSE_EVENT),
            Served.at("GET", "/v1/responses/[^/]+/input_items", "ResponseItemList", null),
            Served.at("POST", "/v1/files", "OpenAIFile", null),
            Served.at("GET", "/v1/files", "ListFilesResponse", null),
            Served.at("GET", "/v1/files/[^/]+", "OpenAIFile", null),
            Served.at("DELETE", "/v1/files/[^/]+", "DeleteFileResponse", null),
            Served.at("GET", "/v1/batches", "ListBatchesResponse", null),
            Served.at("POST", "/v1/batches(/[^/]+/cancel)?", "Batch", null),
            Served.at("GET", "/v1/batches/[^/]+", "Batch", null));

    private final PublishedSchema published;

    public AnswerCheck(PublishedSchema published) {
        this.published = published;
    }

    /** What of the answer is not as OpenAI publishes it; empty also for paths that are not OpenAI's. */
    public List<String> faults(Seen seen) {
        if (seen.body().isBlank()
                || !seen.path().startsWith("/v1")
                || seen.path().startsWith("/v1/messages")) {
            return List.of();
        }
        if (seen.status() >= 400) {
            return published.faults(ERROR, seen.json());
        }
        Optional<Served> served = SERVED.stream()
                .filter(one -> one.method().equals(seen.method())
                        && one.path().matcher(seen.path()).matches())
                .findFirst();
        return served.map(one -> ofAnswer(seen, one)).orElse(List.of());
    }

    private List<String> ofAnswer(Seen seen, Served served) {
        if (!seen.isStream()) {
            return published.faults(served.whole(), asPublished(served.whole(), seen.json()));
        }
        if (served.event() == null) {
            return List.of("a stream, where " + served.whole() + " is published");
        }
        List<String> faults = new ArrayList<>();
        for (JsonNode event : seen.events()) {
            ofEvent(served.event(), event).forEach(fault -> faults.add(fault + " in " + event));
        }
        return faults;
    }

    private List<String> ofEvent(String schema, JsonNode event) {
        boolean failed = !schema.equals(RESPONSE_EVENT) && event.has("error");
        return failed ? published.faults(ERROR, event) : published.faults(schema, asPublished(schema, event));
    }

    /** The value with what the published schema leaves out put as it would have it. */
    private static JsonNode asPublished(String schema, JsonNode value) {
        if (!value.isObject()) {
            return value;
        }
        ObjectNode answer = ((ObjectNode) value).deepCopy();
        switch (schema) {
            case "CreateEmbeddingResponse" -> answer.path("data").forEach(AnswerCheck::numbersForBase64);
            case "CreateCompletionResponse" -> {
                answer.path("choices").forEach(AnswerCheck::endForNone);
                if (answer.path("usage").isNull()) {
                    answer.remove("usage");
                }
            }
            case "Batch" -> absentForNone(answer);
            case "ListBatchesResponse" -> answer.path("data").forEach(AnswerCheck::absentForNone);
            default -> {}
        }
        if (answer.path("data").isArray() && answer.path("data").isEmpty()) {
            textForNone(answer, "first_id");
            textForNone(answer, "last_id");
        }
        return answer;
    }

    private static void textForNone(ObjectNode page, String field) {
        if (page.path(field).isNull()) {
            page.put(field, "");
        }
    }

    private static void absentForNone(JsonNode one) {
        if (one instanceof ObjectNode batch) {
            batch.remove(batch.propertyStream()
                    .filter(entry -> entry.getValue().isNull())
                    .map(Map.Entry::getKey)
                    .toList());
        }
    }

    private static void numbersForBase64(JsonNode one) {
        if (one instanceof ObjectNode embedding && embedding.path("embedding").isString()) {
            ArrayNode numbers = JSON.createArrayNode();
            embedding.set("embedding", numbers.add(0.0));
        }
    }

    private static void endForNone(JsonNode one) {
        if (one instanceof ObjectNode choice && choice.path("finish_reason").isNull()) {
            choice.put("finish_reason", "stop");
        }
    }
}
