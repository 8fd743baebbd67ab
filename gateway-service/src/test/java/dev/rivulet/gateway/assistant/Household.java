// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.StubReplica;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A replica that has the models of the assistant, each of which a test decides. */
final class Household implements AutoCloseable {

    static final String INTENT = "rivulet-intent";
    static final String SLOTS = "rivulet-slots";
    static final String DECODER = "rivulet-assistant";
    static final String COMMANDS = "rivulet-commands";
    static final String SKETCH = "rivulet-sketch";

    private static final JsonMapper JSON = JsonMapper.shared();

    final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final Map<String, BiFunction<JsonNode, HttpServerResponse, Publisher<Void>>> models =
            new ConcurrentHashMap<>();

    Household() {
        says(INTENT, intent("climate.set_temperature", 0.98));
        says(SLOTS, spans(span("room", "Aurora"), span("temperature", "21 degrees")));
        words("Setting Aurora ", "to 21 degrees.");
        hears("command", "dim the lights");
        sees("A dial at 42 %.");
        replica.serving("1", INTENT, SLOTS, DECODER, COMMANDS, SKETCH).answeringEach((received, response) -> {
            JsonNode body = JSON.readTree(received.body());
            asked.add(body);
            return Objects.requireNonNull(models.get(body.path("model").asString()))
                    .apply(body, response);
        });
    }

    static String intent(String name, double score) {
        return "{\"object\":\"list\",\"data\":[{\"index\":0,\"label\":\"%s\",\"score\":%s}]}".formatted(name, score);
    }

    static String span(String label, String text) {
        return "{\"label\":\"%s\",\"text\":\"%s\",\"start\":0,\"end\":1,\"score\":0.9}".formatted(label, text);
    }

    static String spans(String... spans) {
        return "{\"object\":\"list\",\"data\":[{\"index\":0,\"spans\":[" + String.join(",", spans) + "]}]}";
    }

    /** A piece of a stream. */
    static String piece(String text) {
        return "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                + "\"},\"finish_reason\":null}]}\n\n";
    }

    static final String FINISH =
            "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                    + "data: {\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13}}\n\n"
                    + "data: [DONE]\n\n";

    Household answers(String model, BiFunction<JsonNode, HttpServerResponse, Publisher<Void>> answer) {
        models.put(model, answer);
        return this;
    }

    Household says(String model, String answer) {
        return answers(
                model,
                (body, response) ->
                        response.header("content-type", "application/json").sendString(Mono.just(answer)));
    }

    /** The recogniser hears this. @param outcome {@code command}, {@code unsure}, {@code silent} or {@code too_long} */
    Household hears(String outcome, String text) {
        return says(
                COMMANDS,
                "{\"outcome\":\"%s\",\"command\":null,\"text\":\"%s\",\"confidence\":0.9}".formatted(outcome, text));
    }

    /** The model of sketches sees this, whether it is asked for a whole answer or a stream. */
    Household sees(String text) {
        return answers(
                SKETCH,
                (body, response) -> body.path("stream").asBoolean(false)
                        ? response.header("content-type", "text/event-stream")
                                .sendString(Flux.just(piece(text), FINISH))
                        : response.header("content-type", "application/json").sendString(Mono.just(whole(text))));
    }

    static String whole(String text) {
        return "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + text + "\"},\"finish_reason\":\"stop\"}]}";
    }

    Household fails(String model) {
        return answers(
                model,
                (body, response) -> response.status(500)
                        .header("content-type", "application/json")
                        .sendString(Mono.just("{\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"param\":null,"
                                + "\"code\":\"internal_error\"}}")));
    }

    Household hangs(String model) {
        return answers(model, (body, response) -> Mono.never());
    }

    /** The decoder streams these pieces, and ends. */
    Household words(String... pieces) {
        return streams(Flux.fromArray(pieces).map(Household::piece).concatWith(Mono.just(FINISH)));
    }

    Household streams(Flux<String> events) {
        return answers(
                DECODER,
                (body, response) -> response.header("content-type", "text/event-stream")
                        .send(replica.counted(events.map(StubReplica::utf8)), bytes -> true));
    }

    List<JsonNode> asked(String model) {
        return asked.stream()
                .filter(body -> body.path("model").asString().equals(model))
                .toList();
    }

    /** The system message that the decoder was given last; empty if none. */
    String system() {
        JsonNode first = asked(DECODER).getLast().path("messages").path(0);
        return first.path("role").asString().equals("system")
                ? first.path("content").asString()
                : "";
    }

    @Override
    public void close() {
        replica.close();
    }
}
