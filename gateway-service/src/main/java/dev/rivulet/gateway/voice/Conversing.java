// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One chat over a WebSocket: what is said, written and shown is gathered until it is committed, and is a question then, whose answer is
 * told chunk by chunk before the next message is taken.
 */
final class Conversing implements Talk {

    private static final int BYTES_A_SECOND = 32_000;
    private static final int POLICY_VIOLATION = 1008;
    private static final int UNSUPPORTED_DATA = 1003;
    private static final int LONGEST_TEXT = 16_384;
    private static final int LARGEST_REFUSAL = 1 << 16;

    private final String model;
    private final Passage passage;
    private final Desk desk;
    private final int mostSound;
    private final ByteArrayOutputStream sound = new ByteArrayOutputStream();
    private String text = "";
    private String picture = "";
    private int asked;

    /**
     * Whom every chat asks.
     *
     * @param nanos a monotonic clock
     */
    record Desk(Answering answering, Envelope.Reader envelopes, Budgets budgets, JsonMapper json, LongSupplier nanos) {}

    Conversing(String model, Passage passage, Desk desk, ConversationProperties limits) {
        this.model = model;
        this.passage = passage;
        this.desk = desk;
        this.mostSound = (int) (limits.maxSound().toMillis() * BYTES_A_SECOND / 1000);
    }

    @Override
    public String created() {
        return event("session.created")
                .put("model", model)
                .put("format", "pcm16")
                .put("sample_rate", 16_000)
                .toString();
    }

    @Override
    public Flux<String> sound(byte[] pcm) {
        if (pcm.length % 2 != 0) {
            return Flux.error(new StreamFault(
                    ProblemCode.INVALID_VALUE, UNSUPPORTED_DATA, "A message of sound has two bytes a sample."));
        }
        if (sound.size() + pcm.length > mostSound) {
            return Flux.error(new StreamFault(
                    ProblemCode.REQUEST_TOO_LARGE,
                    POLICY_VIOLATION,
                    "A question has at most " + mostSound / BYTES_A_SECOND + " s of sound."));
        }
        sound.writeBytes(pcm);
        return Flux.empty();
    }

    @Override
    public Flux<String> control(String message) {
        JsonNode read = read(message);
        return switch (read.path("type").asString("")) {
            case "input" -> input(read);
            case "commit" -> Flux.defer(this::answer);
            case "stop" -> Flux.empty();
            default ->
                Flux.just(error(Problem.of(
                        ProblemCode.INVALID_VALUE,
                        "A message of text is {\"type\": \"input\", \"text\": …, \"image_url\": …}, {\"type\": \"commit\"} or"
                                + " {\"type\": \"stop\"}; sound comes as bytes.")));
        };
    }

    private Flux<String> input(JsonNode read) {
        String words = read.path("text").asString(text);
        String shown = read.path("image_url").asString(picture);
        if (words.length() > LONGEST_TEXT) {
            return Flux.just(error(Problem.at(
                    ProblemCode.INVALID_VALUE, "text", "'text' has at most " + LONGEST_TEXT + " characters.")));
        }
        text = words;
        picture = shown;
        return Flux.empty();
    }

    @Override
    public boolean isEnd(String message) {
        return read(message).path("type").asString("").equals("stop");
    }

    private JsonNode read(String message) {
        try {
            return desk.json().readTree(message);
        } catch (JacksonException e) {
            return desk.json().missingNode();
        }
    }

    private Flux<String> answer() {
        if (sound.size() == 0 && text.isBlank() && picture.isEmpty()) {
            return Flux.just(error(Problem.of(
                    ProblemCode.INVALID_VALUE, "There is no question: say, write or show something before 'commit'.")));
        }
        byte[] body = question();
        Envelope envelope = desk.envelopes().read(body);
        Passage own = new Passage(passage.id() + "-" + ++asked, desk.nanos());
        own.caller(passage.identity());
        own.model(model);
        passage.hint("x-rivulet-conversation").ifPresent(name -> own.hint("x-rivulet-conversation", name));
        Reservation reservation =
                desk.budgets().reserve(own.identity(), envelope.tokens()).granted((name, value) -> {});
        Ask ask = new Ask(Endpoint.CHAT.path(), envelope, body, Map.of(), own);
        return desk.answering()
                .answer(ask)
                .flatMapMany(this::events)
                .doFinally(signal -> reservation.settle(own.settle(reservation::late)))
                .onErrorResume(ProblemException.class, failure -> Flux.just(error(failure.problem())));
    }

    /** What was gathered as a chat; nothing is left of it. */
    private byte[] question() {
        ObjectNode body = desk.json().createObjectNode().put("model", model).put("stream", true);
        ArrayNode parts =
                body.putArray("messages").addObject().put("role", "user").putArray("content");
        if (sound.size() > 0) {
            parts.addObject()
                    .put("type", "input_audio")
                    .putObject("input_audio")
                    .put("data", Base64.getEncoder().encodeToString(sound.toByteArray()))
                    .put("format", "pcm16");
        }
        if (!picture.isEmpty()) {
            parts.addObject().put("type", "image_url").putObject("image_url").put("url", picture);
        }
        if (!text.isBlank()) {
            parts.addObject().put("type", "text").put("text", text);
        }
        sound.reset();
        text = "";
        picture = "";
        return desk.json().writeValueAsBytes(body);
    }

    private Flux<String> events(Answer answer) {
        if (!answer.isStream()) {
            return answer.bytes(LARGEST_REFUSAL)
                    .map(bytes -> error(ChatChunks.problem(
                            ChatChunks.read(desk.json(), bytes).path("error"))))
                    .switchIfEmpty(Mono.error(ChatChunks::noCompletion))
                    .flux();
        }
        return SseEvents.of(answer.body()).handle((event, sink) -> {
            String data = SseEvents.data(event);
            if (data != null) {
                sink.next(told(data));
            }
        });
    }

    private String told(String data) {
        if (data.equals(ChatChunks.DONE)) {
            return event("answer.done").toString();
        }
        JsonNode chunk = ChatChunks.read(desk.json(), data);
        return chunk.has("error")
                ? error(ChatChunks.problem(chunk.path("error")))
                : event("answer.chunk").set("chunk", chunk).toString();
    }

    @Override
    public String fault(StreamFault fault) {
        return error(Problem.of(fault.code(), String.valueOf(fault.getMessage())));
    }

    private String error(Problem problem) {
        ObjectNode event = event("error");
        ObjectNode error =
                event.putObject("error").put("code", problem.code().wire()).put("message", problem.message());
        if (problem.param() != null) {
            error.put("param", problem.param());
        }
        return event.toString();
    }

    private ObjectNode event(String type) {
        return desk.json().createObjectNode().put("type", type);
    }
}
