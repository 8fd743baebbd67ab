// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.voice.SpeechRequest.Format;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Speech at {@code /v1/audio/speech}, in OpenAI's form. The answer begins with the first sound and is streamed as it is made. */
final class SpeechRoute implements ApiRoute {

    private static final String PATH = "/v1/audio/speech";
    private static final int BYTES_A_CHARACTER = 12;
    private static final int ENVELOPE = 8_192;
    private static final int CHARACTERS_A_TOKEN = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);
    private static final int UNKNOWN_SIZE = -1;

    private final SpeechProperties limits;
    private final Synthesiser synthesiser;
    private final Budgets budgets;
    private final JsonMapper json;
    private final Places places;

    SpeechRoute(SpeechProperties limits, Synthesiser synthesiser, Budgets budgets, JsonMapper json) {
        this.limits = limits;
        this.synthesiser = synthesiser;
        this.budgets = budgets;
        this.json = json;
        this.places = new Places(limits.most(), limits.mostPerKey());
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        int largest = ENVELOPE + BYTES_A_CHARACTER * limits.maxInput();
        return JsonBody.of(exchange.getRequest(), largest, PATIENCE)
                .map(body -> SpeechRequest.read(json, body, limits))
                .flatMap(request -> admitted(exchange, request));
    }

    private Mono<Void> admitted(ServerWebExchange exchange, SpeechRequest request) {
        Passage passage = Passage.of(exchange);
        long tokens = request.input().length() / CHARACTERS_A_TOKEN + 1L;
        Reservation reservation = budgets.reserve(passage.identity(), tokens)
                .granted(exchange.getResponse().getHeaders()::set);
        if (!places.take(passage.caller())) {
            reservation.settle(0);
            return Mono.error(new ProblemException(
                    Problem.of(ProblemCode.QUEUE_FULL, "As many texts are spoken as may be; send it again later.")
                            .retryAfter(COME_AGAIN)));
        }
        return spoken(exchange, request).doFinally(signal -> {
            places.giveBack(passage.caller());
            reservation.settle(tokens);
        });
    }

    /** The head goes out with the first sound, so that a failure before it is an error answer. */
    private Mono<Void> spoken(ServerWebExchange exchange, SpeechRequest request) {
        return synthesiser
                .speak(request)
                .switchOnFirst((first, sound) -> {
                    if (!first.hasValue()) {
                        return sound.thenMany(Flux.<Void>empty());
                    }
                    return write(exchange, request.format(), sound).flux();
                })
                .then();
    }

    private static Mono<Void> write(ServerWebExchange exchange, Format format, Flux<byte[]> sound) {
        ServerHttpResponse response = exchange.getResponse();
        Passage passage = Passage.of(exchange);
        passage.firstByte();
        response.getHeaders().setContentType(format.type());
        response.getHeaders().setCacheControl("no-store");
        Flux<byte[]> bytes = format == Format.WAV ? Flux.concat(Mono.just(wavHead()), sound) : sound;
        return response.writeAndFlushWith(bytes.doOnNext(chunk -> passage.sent(chunk.length))
                .map(chunk -> Mono.<DataBuffer>just(response.bufferFactory().wrap(chunk))));
    }

    /** The head of a WAV file whose length is not known yet: its sizes are the largest there are, as ffmpeg writes them. */
    private static byte[] wavHead() {
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.put(ascii("RIFF")).putInt(UNKNOWN_SIZE).put(ascii("WAVEfmt ")).putInt(16);
        head.putShort((short) 1).putShort((short) 1).putInt(Synthesiser.RATE).putInt(2 * Synthesiser.RATE);
        head.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(UNKNOWN_SIZE);
        return head.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
