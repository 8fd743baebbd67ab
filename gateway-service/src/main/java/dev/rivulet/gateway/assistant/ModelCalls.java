// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks the models behind the assistant, each as any caller would. */
final class ModelCalls {

    private static final int LARGEST_ANSWER = 4 << 20;
    private static final int BYTES_A_TOKEN = 4;
    private static final int ANSWER_TOKENS = 128;

    private final JsonMapper json;

    ModelCalls(JsonMapper json) {
        this.json = json;
    }

    /** A model that sees answered without having seen. */
    static final class UnseenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnseenException(String model) {
            super("the model '" + model + "' could not look at the picture", null, false, false);
        }
    }

    /** A whole JSON answer; a failure where it is none. */
    Mono<JsonNode> whole(Question question, String path, String model, ObjectNode body) {
        return whole(question, path, model, body, json.writeValueAsBytes(body).length / BYTES_A_TOKEN + 1L);
    }

    /** The same. @param tokens that the request counts for in the choice of a replica */
    Mono<JsonNode> whole(Question question, String path, String model, ObjectNode body, long tokens) {
        Ask ask = ask(question, path, new Envelope(model, false, tokens), body);
        return question.models()
                .answer(ask)
                .map(answer -> seeing(model, answer))
                .flatMap(answer -> answer.status() == 200 && answer.isJson()
                        ? answer.bytes(LARGEST_ANSWER).switchIfEmpty(Mono.error(() -> failed(model, answer)))
                        : refused(model, answer))
                .map(bytes -> tree(model, bytes));
    }

    /** The chunks of a streamed chat, at the pace of whoever takes them; a failure where it is none or breaks off. */
    Flux<JsonNode> chunks(Question question, String path, String model, ObjectNode body) {
        return question.models()
                .answer(ask(question, path, streamed(question, model, body), body))
                .map(answer -> seeing(model, answer))
                .flatMapMany(answer -> answer.isStream()
                        ? SseEvents.of(answer.body())
                        : ModelCalls.<byte[]>refused(model, answer).thenMany(Flux.<String>empty()))
                .transform(events -> untilDone(model, events));
    }

    private Flux<JsonNode> untilDone(String model, Flux<String> events) {
        AtomicBoolean done = new AtomicBoolean();
        return events.<String>handle((event, sink) -> {
                    @Nullable String data = SseEvents.data(event);
                    if (data != null) {
                        sink.next(data);
                    }
                })
                .takeWhile(data -> {
                    done.set(data.equals(ChatChunks.DONE));
                    return !done.get();
                })
                .map(data -> chunk(model, data))
                .concatWith(Mono.defer(() -> done.get() ? Mono.empty() : Mono.error(brokenOff(model))));
    }

    private JsonNode chunk(String model, String data) {
        JsonNode chunk = ChatChunks.read(json, data);
        if (chunk.has("error")) {
            throw new ProblemException(ChatChunks.problem(chunk.path("error")));
        }
        if (!chunk.isObject() || !chunk.path("choices").isArray()) {
            throw garbage(model);
        }
        return chunk;
    }

    private Envelope streamed(Question question, String model, ObjectNode body) {
        long tokens = body.toString().length() / BYTES_A_TOKEN + ANSWER_TOKENS;
        return new Envelope(model, true, tokens, question.ask().envelope().beginning());
    }

    private Ask ask(Question question, String path, Envelope envelope, ObjectNode body) {
        return question.ask().with(path, envelope, json.writeValueAsBytes(body.put("model", envelope.model())));
    }

    /** An answer that went without its pictures is none to a question about them. */
    private static Answer seeing(String model, Answer answer) {
        String degraded = answer.header(Passage.DEGRADED);
        if (degraded != null && degraded.contains("pictures")) {
            answer.abandon().run();
            throw new UnseenException(model);
        }
        return answer;
    }

    private JsonNode tree(String model, byte[] bytes) {
        try {
            return json.readTree(bytes);
        } catch (JacksonException e) {
            throw garbage(model);
        }
    }

    private static <T> Mono<T> refused(String model, Answer answer) {
        answer.abandon().run();
        return Mono.error(failed(model, answer));
    }

    private static ProblemException failed(String model, Answer answer) {
        return new ProblemException(Problem.of(
                ProblemCode.REPLICA_LOST, "The model '" + model + "' answered with status " + answer.status() + "."));
    }

    private static ProblemException brokenOff(String model) {
        return new ProblemException(
                Problem.of(ProblemCode.REPLICA_LOST, "The answer of the model '" + model + "' broke off."));
    }

    /** What came is not what such a model says. */
    static ProblemException garbage(String model) {
        return new ProblemException(Problem.of(
                ProblemCode.REPLICA_LOST, "The model '" + model + "' answered with something that can't be read."));
    }
}
