// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Prompt;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.pictures.Picture;
import dev.rivulet.graph.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Has a decoder word the answer, as a stream of pieces of text and, last, what it took. */
final class Wording {

    /** What a caller says that is the decoder's to hear. */
    private static final Set<String> PASSED_ON = Set.of(
            "temperature",
            "top_p",
            "seed",
            "stop",
            "max_tokens",
            "max_completion_tokens",
            "frequency_penalty",
            "presence_penalty",
            "user",
            "prompt_cache_key");

    private final ModelCalls calls;

    Wording(ModelCalls calls) {
        this.calls = calls;
    }

    /** A piece of the answer. */
    sealed interface Piece {

        record Text(String text) implements Piece {}

        /** Why it ended, as OpenAI names it. */
        record Finish(String reason) implements Piece {}

        record Usage(long prompt, long completion) implements Piece {}

        /** A picture that belongs to the answer. */
        record Drawing(Picture picture) implements Piece {}
    }

    Flux<Piece> pieces(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        if (question.text().isBlank()) {
            throw new NeedlessException("there are no words to answer");
        }
        ObjectNode body = passedOn(question);
        ArrayNode messages = body.putArray("messages");
        String system = call.input("prompt", Prompt.class).system();
        if (!system.isEmpty()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        for (Question.Turn turn : question.turns()) {
            // The decoder reads one system message, and knows of none but its own.
            if (system.isEmpty() || !turn.role().equals("system")) {
                messages.addObject().put("role", turn.role()).put("content", turn.text());
            }
        }
        return calls.chunks(question, Endpoint.CHAT.path(), Encoders.model(call), body)
                .concatMapIterable(Wording::pieces, 1);
    }

    /** What the caller says of the answer, and that it is to be streamed. */
    static ObjectNode passedOn(Question question) {
        ObjectNode body = question.body().deepCopy().retain(PASSED_ON);
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        return body;
    }

    static List<Piece> pieces(JsonNode chunk) {
        List<Piece> pieces = new ArrayList<>(1);
        JsonNode choice = chunk.path("choices").path(0);
        String text = choice.path("delta").path("content").asString("");
        if (!text.isEmpty()) {
            pieces.add(new Piece.Text(text));
        }
        String finish = choice.path("finish_reason").asString("");
        if (!finish.isEmpty()) {
            pieces.add(new Piece.Finish(finish));
        }
        JsonNode usage = chunk.path("usage");
        if (usage.isObject()) {
            pieces.add(new Piece.Usage(
                    usage.path("prompt_tokens").asLong(0),
                    usage.path("completion_tokens").asLong(0)));
        }
        return pieces;
    }
}
