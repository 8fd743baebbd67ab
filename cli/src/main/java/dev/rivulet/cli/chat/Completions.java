// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.chat;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streamed chat completions of a gateway.
 *
 * @param api the gateway
 * @param json reads its answers
 */
public record Completions(Api api, JsonMapper json) {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final String DATA = "data:";
    private static final String DONE = "[DONE]";

    public Completions(Api api) {
        this(api, new JsonMapper());
    }

    /**
     * One message of a conversation.
     *
     * @param role {@code system}, {@code user} or {@code assistant}
     * @param content its text
     */
    public record Message(String role, String content) {}

    /**
     * What to ask.
     *
     * @param model name of the model
     * @param messages the conversation so far
     * @param maxTokens most tokens of the answer, or 0 for the model's limit
     * @param temperature 0 for the most likely answer
     */
    public record Question(String model, List<Message> messages, int maxTokens, double temperature) {

        Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("model", model);
            body.put("messages", messages);
            body.put("stream", true);
            body.put("stream_options", Map.of("include_usage", true));
            body.put("temperature", temperature);
            if (maxTokens > 0) {
                body.put("max_tokens", maxTokens);
            }
            return body;
        }
    }

    /**
     * How an answer ended.
     *
     * @param finishReason as the gateway says it
     * @param promptTokens tokens of the question
     * @param completionTokens tokens of the answer
     */
    public record Ending(String finishReason, int promptTokens, int completionTokens) {}

    /** Names of the models that answer now. */
    public List<String> models() throws InterruptedException {
        List<String> names = new ArrayList<>();
        api.get("/v1/models", ANSWER)
                .path("data")
                .forEach(model -> names.add(model.path("id").asString("")));
        return names;
    }

    /** The first model that answers questions now; classifiers and embeddings don't. */
    public String firstModel() throws InterruptedException {
        for (JsonNode model : api.get("/v1/models", ANSWER).path("data")) {
            JsonNode abilities = model.path("capabilities");
            if (abilities.isMissingNode()
                    || abilities.valueStream().anyMatch(one -> one.asString("").equals("CHAT"))) {
                return model.path("id").asString("");
            }
        }
        throw new UsageException("No model answers yet. `./rivulet models list` shows what the"
                + " registry holds, `./rivulet logs inference` what the replica does.");
    }

    /**
     * Asks, and hands on every piece of the answer as it comes.
     *
     * @throws UsageException if the answer ends with an error, or before its end
     */
    public Ending stream(Question question, Consumer<String> piece) throws InterruptedException {
        Ending ending = new Ending("", 0, 0);
        try (Stream<String> lines = api.lines("/v1/chat/completions", question.body(), ANSWER)) {
            for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
                String next = line.next();
                String data =
                        next.startsWith(DATA) ? next.substring(DATA.length()).strip() : "";
                if (data.equals(DONE)) {
                    return ending;
                }
                if (!data.isEmpty()) {
                    ending = read(json.readTree(data), ending, piece);
                }
            }
        } catch (UncheckedIOException e) {
            throw new UsageException("The answer broke off before its end: " + e.getMessage());
        }
        throw new UsageException("The answer broke off before its end.");
    }

    private static Ending read(JsonNode chunk, Ending before, Consumer<String> piece) {
        refuseError(chunk);
        JsonNode choice = chunk.path("choices").path(0);
        String text = choice.path("delta").path("content").asString("");
        if (!text.isEmpty()) {
            piece.accept(text);
        }
        JsonNode usage = chunk.path("usage");
        return new Ending(
                choice.path("finish_reason").asString(before.finishReason()),
                usage.path("prompt_tokens").asInt(before.promptTokens()),
                usage.path("completion_tokens").asInt(before.completionTokens()));
    }

    private static void refuseError(JsonNode chunk) {
        JsonNode error = chunk.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            throw new UsageException("The answer ended with an error: "
                    + error.path("message").asString("")
                    + " (" + error.path("code").asString("no code") + ")");
        }
    }
}
