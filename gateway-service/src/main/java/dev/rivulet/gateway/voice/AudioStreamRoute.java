// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import java.util.function.LongSupplier;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Sound over a WebSocket at {@code /v1/audio/stream}: chunks of PCM in, events out. */
final class AudioStreamRoute implements ApiRoute {

    private static final String PATH = "/v1/audio/stream";

    private final Recognising recognising;
    private final StreamProperties limits;
    private final TalkSockets sockets;
    private final JsonMapper json;
    private final LongSupplier nanos;

    AudioStreamRoute(
            Recognising recognising,
            StreamProperties limits,
            TalkSockets sockets,
            JsonMapper json,
            LongSupplier nanos) {
        this.recognising = recognising;
        this.limits = limits;
        this.sockets = sockets;
        this.json = json;
        this.nanos = nanos;
    }

    /** Streams that are open. */
    int open() {
        return sockets.open();
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
        String model = model(exchange, limits.model());
        return sockets.open(exchange, () -> new Listening(model, passage, recognising, limits, json, nanos));
    }

    /** The model that the query names. @param usual where it names none */
    static String model(ServerWebExchange exchange, String usual) {
        String given = exchange.getRequest().getQueryParams().getFirst("model");
        String model = given == null ? usual : given;
        if (model.isBlank() || model.length() > 200) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "model", "'model' must have 1 to 200 characters."));
        }
        return model;
    }
}
