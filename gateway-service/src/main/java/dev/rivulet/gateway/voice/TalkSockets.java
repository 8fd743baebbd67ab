// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * WebSockets of one path, each with a talk. A message is taken when the events of the one before have been told, so that a slow reader,
 * or a slow replica, slows the sender.
 */
final class TalkSockets {

    /** The subprotocol that OpenAI's clients offer beside the key. */
    private static final String SUBPROTOCOL = "realtime";

    private static final Duration COME_AGAIN = Duration.ofSeconds(5);
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int POLICY_VIOLATION = 1008;

    private final WebSocketService sockets;
    private final Places places;
    private final Duration idle;
    private final Duration duration;

    /**
     * @param places how many sockets there may be
     * @param idle longest time without a message
     * @param duration longest connection
     */
    TalkSockets(WebSocketService sockets, Places places, Duration idle, Duration duration) {
        this.sockets = sockets;
        this.places = places;
        this.idle = idle;
        this.duration = duration;
    }

    /** Connections that are open. */
    int open() {
        return places.taken();
    }

    /** Turns a request into a socket, to its end; fails with {@code queue_full} where there is no place. */
    Mono<Void> open(ServerWebExchange exchange, Supplier<Talk> talks) {
        String key = Passage.of(exchange).caller();
        if (!places.take(key)) {
            throw new ProblemException(
                    Problem.of(ProblemCode.QUEUE_FULL, "As many streams are open as may be; close one, or come again.")
                            .retryAfter(COME_AGAIN));
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return Mono.defer(() -> sockets.handleRequest(exchange, new Handler(talks)))
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

        private final Supplier<Talk> talks;

        Handler(Supplier<Talk> talks) {
            this.talks = talks;
        }

        @Override
        public List<String> getSubProtocols() {
            return List.of(SUBPROTOCOL);
        }

        @Override
        public Mono<Void> handle(WebSocketSession session) {
            Talk talk = talks.get();
            AtomicInteger status = new AtomicInteger(NORMAL);
            Flux<String> events = messages(session)
                    .timeout(idle)
                    .takeUntil(message -> message instanceof Message.Control control && talk.isEnd(control.text()))
                    .takeUntilOther(Mono.delay(duration).then(Mono.error(() -> tooLong())))
                    .concatMap(message -> answer(talk, message), 1)
                    .onErrorMap(TimeoutException.class, failure -> idle())
                    .onErrorResume(StreamFault.class, fault -> {
                        status.set(fault.status());
                        return Flux.just(talk.fault(fault));
                    });
            return session.send(Flux.concat(Mono.fromSupplier(talk::created), events)
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

        private static Flux<String> answer(Talk talk, Message message) {
            return switch (message) {
                case Message.Sound sound -> talk.sound(sound.pcm());
                case Message.Control control -> talk.control(control.text());
            };
        }

        private StreamFault idle() {
            return new StreamFault(
                    ProblemCode.DEADLINE_EXCEEDED,
                    GOING_AWAY,
                    "Nothing came for " + idle.toSeconds() + " s. Open a new stream when there is something to say.");
        }

        private StreamFault tooLong() {
            return new StreamFault(
                    ProblemCode.DEADLINE_EXCEEDED,
                    POLICY_VIOLATION,
                    "A stream may last " + duration.toSeconds() + " s. Open a new one.");
        }
    }
}
