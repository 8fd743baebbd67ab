package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sound over a WebSocket at {@code /v1/audio/stream}: chunks of PCM in, events out. A chunk is taken when the events of the one before
 * have been told, so that a slow reader, or a slow replica, slows the sound.
 */
final class AudioStreamRoute implements ApiRoute {

    private static final String PATH = "/v1/audio/stream";
    /** The subprotocol that OpenAI's clients offer beside the key. */
    private static final String SUBPROTOCOL = "realtime";

    private static final Duration COME_AGAIN = Duration.ofSeconds(5);
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int POLICY_VIOLATION = 1008;

    private final Recognising recognising;
    private final StreamProperties limits;
    private final WebSocketService sockets;
    private final JsonMapper json;
    private final LongSupplier nanos;
    private final Places places;

    AudioStreamRoute(
            Recognising recognising,
            StreamProperties limits,
            WebSocketService sockets,
            JsonMapper json,
            LongSupplier nanos) {
        this.recognising = recognising;
        this.limits = limits;
        this.sockets = sockets;
        this.json = json;
        this.nanos = nanos;
        this.places = new Places(limits.most(), limits.mostPerKey());
    }

    /** Connections that are open. */
    int open() {
        return places.taken();
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Passage passage = Passage.of(exchange);
        String given = exchange.getRequest().getQueryParams().getFirst("model");
        String model = given == null ? limits.model() : given;
        if (model.isBlank() || model.length() > 200) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "model", "'model' must have 1 to 200 characters."));
        }
        String key = passage.caller();
        if (!places.take(key)) {
            throw new ProblemException(
                    Problem.of(ProblemCode.QUEUE_FULL, "As many streams are open as may be; close one, or come again.")
                            .retryAfter(COME_AGAIN));
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return Mono.defer(() -> sockets.handleRequest(exchange, new Handler(model, passage)))
                .doFinally(signal -> {
                    if (held.compareAndSet(true, false)) {
                        places.giveBack(key);
                    }
                });
    }

    /** A message of the caller, copied out of its buffer. */
    private sealed interface Message {

        record Sound(byte[] pcm) implements Message {}

        record Control(String text) implements Message {}
    }

    private final class Handler implements WebSocketHandler {

        private final String model;
        private final Passage passage;

        Handler(String model, Passage passage) {
            this.model = model;
            this.passage = passage;
        }

        @Override
        public List<String> getSubProtocols() {
            return List.of(SUBPROTOCOL);
        }

        @Override
        public Mono<Void> handle(WebSocketSession session) {
            Listening listening = new Listening(model, passage, recognising, limits, json, nanos);
            AtomicInteger status = new AtomicInteger(NORMAL);
            Flux<String> events = messages(session)
                    .timeout(limits.idle())
                    .takeUntil(message -> message instanceof Message.Control control && listening.isEnd(control.text()))
                    .takeUntilOther(Mono.delay(limits.duration()).then(Mono.error(() -> tooLong())))
                    .concatMap(message -> answer(listening, message), 1)
                    .onErrorMap(TimeoutException.class, failure -> idle())
                    .onErrorResume(StreamFault.class, fault -> {
                        status.set(fault.status());
                        return Flux.just(listening.fault(fault));
                    });
            return session.send(Flux.concat(Mono.fromSupplier(listening::created), events)
                            .map(session::textMessage))
                    .then(Mono.defer(() -> session.close(new CloseStatus(status.get()))));
        }

        /** Who stops reading does not close the socket thereby: it is closed with the status that tells why. */
        private static Flux<Message> messages(WebSocketSession session) {
            return session.receive().map(Handler::message).publish(1).autoConnect();
        }

        private static Message message(WebSocketMessage message) {
            DataBuffer payload = message.getPayload();
            if (message.getType() == WebSocketMessage.Type.TEXT) {
                return new Message.Control(message.getPayloadAsText());
            }
            byte[] bytes = new byte[payload.readableByteCount()];
            payload.read(bytes);
            return new Message.Sound(message.getType() == WebSocketMessage.Type.BINARY ? bytes : new byte[0]);
        }

        private static Flux<String> answer(Listening listening, Message message) {
            return switch (message) {
                case Message.Sound sound -> listening.sound(sound.pcm());
                case Message.Control control -> listening.control(control.text());
            };
        }

        private StreamFault idle() {
            return new StreamFault(
                    ProblemCode.DEADLINE_EXCEEDED,
                    GOING_AWAY,
                    "Nothing came for " + limits.idle().toSeconds() + " s. Open a new stream when there is sound.");
        }

        private StreamFault tooLong() {
            return new StreamFault(
                    ProblemCode.DEADLINE_EXCEEDED,
                    POLICY_VIOLATION,
                    "A stream may last " + limits.duration().toSeconds() + " s. Open a new one.");
        }
    }
}
