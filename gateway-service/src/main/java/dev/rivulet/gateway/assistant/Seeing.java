// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Seen;
import dev.rivulet.gateway.assistant.Wording.Piece;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.graph.Stage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a model that sees about a question's picture: what it shows, apart from the words, or the question itself, so that picture and
 * words go into one decoder.
 */
final class Seeing {

    private static final int MOST_TOKENS = 48;
    private static final int LONGEST = 1_000;
    private static final int PICTURE_TOKENS = 1_024;

    private final ModelCalls calls;
    private final JsonMapper json;
    private final String lookFor;

    /** @param lookFor what the model is asked where the picture is looked at apart from the words */
    Seeing(ModelCalls calls, JsonMapper json, String lookFor) {
        this.calls = calls;
        this.json = json;
        this.lookFor = lookFor;
    }

    /** What the picture shows; nothing where there is none. */
    Mono<Seen> seen(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        return question.senses()
                .picture()
                .map(picture -> calls.whole(
                                question,
                                Endpoint.CHAT.path(),
                                Encoders.model(call),
                                body(picture, lookFor).put("temperature", 0).put("max_tokens", MOST_TOKENS),
                                PICTURE_TOKENS + (long) MOST_TOKENS)
                        .map(answer -> seen(call, answer)))
                .orElseGet(() -> Mono.just(Seen.NOTHING));
    }

    private static Seen seen(Stage.Call call, JsonNode answer) {
        String text = answer.path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString("")
                .strip();
        if (text.isEmpty() || text.length() > LONGEST) {
            throw ModelCalls.garbage(Encoders.model(call));
        }
        return new Seen(text);
    }

    /** The answer of a model that reads the picture among the words; needless where there is none. */
    Flux<Piece> pieces(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        String picture = question.senses().picture().orElseThrow(() -> new NeedlessException("there is no picture"));
        String words = question.text().isBlank() ? lookFor : question.text();
        ObjectNode body = Wording.passedOn(question);
        body.setAll(body(picture, words));
        return calls.chunks(question, Endpoint.CHAT.path(), Encoders.model(call), body)
                .concatMapIterable(Wording::pieces, 1);
    }

    private ObjectNode body(String picture, String words) {
        ObjectNode body = json.createObjectNode();
        ArrayNode content =
                body.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject().put("type", "image_url").putObject("image_url").put("url", picture);
        content.addObject().put("type", "text").put("text", words);
        return body;
    }

    /** What was seen, in a sentence of its own; empty where nothing was. */
    static String told(Stage.Call call) {
        Seen seen = call.optional("seen", Seen.class).orElse(Seen.NOTHING);
        return seen.isNothing() ? "" : "In the picture: " + seen.text();
    }
}
