// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.SseEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of the gateway's own making, whole or as a stream, in the form of a model's. */
final class Replies {

    private final JsonMapper json;
    private final Clock clock;
    private final Supplier<String> ids;

    /** @param ids texts that nobody can guess */
    Replies(JsonMapper json, Clock clock, Supplier<String> ids) {
        this.json = json;
        this.clock = clock;
        this.ids = ids;
    }

    /** A text as an answer. */
    Answer text(Question question, String speaker, String text) {
        ObjectNode message = json.createObjectNode()
                .put("role", "assistant")
                .put("content", text)
                .putNull("refusal");
        ObjectNode answer = frame("chat.completion", speaker);
        answer.putArray("choices").add(choice("message", message, "stop"));
        answer.putObject("usage")
                .put("prompt_tokens", 0)
                .put("completion_tokens", 0)
                .put("total_tokens", 0);
        return whole(question, answer);
    }

    /** A whole answer of a model, in the form that was asked for. */
    Answer whole(Question question, ObjectNode answer) {
        return question.ask().envelope().stream() ? stream(question, answer) : body(json.writeValueAsBytes(answer));
    }

    /** An answer with this JSON body. */
    static Answer body(byte[] body) {
        return new Answer(
                "cascade",
                200,
                new DefaultHttpHeaders().set("content-type", "application/json"),
                Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(body))),
                () -> {});
    }

    /** The last events of a stream that broke, with the token to go on with. */
    List<String> partial(String speaker, String token) {
        ObjectNode end = frame("chat.completion.chunk", speaker);
        end.putArray("choices").add(choice("delta", json.createObjectNode(), "length"));
        end.put("continuation", token);
        return List.of(SseEvents.event(end.toString()), SseEvents.DONE);
    }

    private Answer stream(Question question, ObjectNode answer) {
        ObjectNode first = chunk(answer);
        ObjectNode last = chunk(answer);
        for (JsonNode given : answer.path("choices")) {
            int index = given.path("index").asInt(0);
            ObjectNode delta =
                    given.path("message").deepCopy() instanceof ObjectNode message ? message : json.createObjectNode();
            numberCalls(delta);
            ((ArrayNode) first.path("choices")).add(choice("delta", delta, null).put("index", index));
            ((ArrayNode) last.path("choices"))
                    .add(choice(
                                    "delta",
                                    json.createObjectNode(),
                                    given.path("finish_reason").asString("stop"))
                            .put("index", index));
        }
        Flux<String> events = Flux.just(SseEvents.event(first.toString()), SseEvents.event(last.toString()));
        if (question.body().path("stream_options").path("include_usage").asBoolean(false)) {
            ObjectNode usage = chunk(answer);
            usage.set("usage", answer.path("usage").isObject() ? answer.get("usage") : json.nullNode());
            events = events.concatWith(Flux.just(SseEvents.event(usage.toString())));
        }
        Flux<ByteBuf> body = events.concatWith(Flux.just(SseEvents.DONE)).map(SseEvents::bytes);
        return new Answer(
                "cascade", 200, new DefaultHttpHeaders().set("content-type", "text/event-stream"), body, () -> {});
    }

    /** In a stream every call of a tool has its number. */
    private static void numberCalls(ObjectNode delta) {
        int number = 0;
        for (JsonNode call : delta.path("tool_calls")) {
            if (call instanceof ObjectNode object) {
                object.put("index", number++);
            }
        }
    }

    private ObjectNode chunk(ObjectNode answer) {
        ObjectNode chunk = json.createObjectNode();
        chunk.set("id", answer.path("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", answer.path("created"));
        chunk.set("model", answer.path("model"));
        chunk.putArray("choices");
        return chunk;
    }

    private ObjectNode frame(String object, String speaker) {
        return json.createObjectNode()
                .put("id", "chatcmpl-" + ids.get())
                .put("object", object)
                .put("created", clock.instant().getEpochSecond())
                .put("model", speaker);
    }

    private ObjectNode choice(String field, ObjectNode content, @Nullable String finish) {
        ObjectNode choice = json.createObjectNode().put("index", 0);
        choice.set(field, content);
        choice.set("logprobs", json.nullNode());
        choice.put("finish_reason", finish);
        return choice;
    }
}
