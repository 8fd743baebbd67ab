// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a model what a question means. */
final class Embedder {

    private static final Logger log = LoggerFactory.getLogger(Embedder.class);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final int MOST_NUMBERS = 16_384;

    private final JsonMapper json;

    Embedder(JsonMapper json) {
        this.json = json;
    }

    /** A vector of length 1; empty if there is none, which is logged: then the question is asked as if nothing was kept. */
    Mono<Optional<float[]>> vector(Ask ask, Answering models, String model, String text) {
        byte[] body = json.writeValueAsBytes(Map.of("model", model, "input", text));
        Ask question = ask.with(Endpoint.EMBEDDINGS.path(), new Envelope(model, false, text.length() / 4 + 1L), body);
        return models.answer(question)
                .flatMap(answer -> answer.bytes(LARGEST_ANSWER)
                        .filter(bytes -> answer.status() == 200)
                        .map(this::unit))
                .onErrorResume(failure -> {
                    log.warn("Model {} gives no embedding: {}", model, failure.toString());
                    return Mono.just(Optional.empty());
                })
                .defaultIfEmpty(Optional.empty());
    }

    private Optional<float[]> unit(byte[] answer) {
        JsonNode numbers = json.readTree(answer).path("data").path(0).path("embedding");
        float[] vector = new float[Math.min(numbers.size(), MOST_NUMBERS)];
        double square = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) numbers.path(i).asDouble(0);
            square += (double) vector[i] * vector[i];
        }
        if (!(square > 0) || Double.isInfinite(square)) {
            return Optional.empty();
        }
        double length = Math.sqrt(square);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return Optional.of(vector);
    }
}
