// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a model what texts mean. */
final class Embeddings {

    private static final int LARGEST_ANSWER = 16 << 20;
    private static final int MOST_NUMBERS = 16_384;

    private final String model;
    private final JsonMapper json;

    Embeddings(String model, JsonMapper json) {
        this.model = model;
        this.json = json;
    }

    String model() {
        return model;
    }

    /**
     * A vector of length 1 for each text, in their order.
     *
     * @return fails with a {@link ProblemException} where the model gives none
     */
    Mono<List<float[]>> of(List<String> texts, Passage passage, Answering models) {
        byte[] body = json.writeValueAsBytes(Map.of("model", model, "input", texts));
        Ask ask =
                new Ask(Endpoint.EMBEDDINGS.path(), new Envelope(model, false, tokens(texts)), body, Map.of(), passage);
        return models.answer(ask)
                .flatMap(answer -> answer.bytes(LARGEST_ANSWER)
                        .switchIfEmpty(Mono.error(this::unusable))
                        .map(bytes ->
                                answer.status() == 200 ? vectors(bytes, texts.size()) : refused(answer.status())));
    }

    /** What texts count for. */
    static long tokens(List<String> texts) {
        return 1 + texts.stream().mapToLong(text -> text.length() / 4 + 1L).sum();
    }

    private List<float[]> vectors(byte[] answer, int count) {
        JsonNode data = tree(answer).path("data");
        List<float[]> vectors = new ArrayList<>(count);
        for (JsonNode one : data) {
            JsonNode numbers = one.path("embedding");
            if (numbers.isEmpty() || numbers.size() > MOST_NUMBERS) {
                throw unusable();
            }
            float[] vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                // NaN, as a word or as null, must not pass for a number.
                vector[i] = (float) numbers.path(i).asDouble(Double.NaN);
            }
            vectors.add(Vectors.unit(vector).orElseThrow(this::unusable));
        }
        if (vectors.size() != count) {
            throw unusable();
        }
        return vectors;
    }

    private JsonNode tree(byte[] answer) {
        try {
            return json.readTree(answer);
        } catch (JacksonException e) {
            throw unusable();
        }
    }

    private List<float[]> refused(int status) {
        throw new ProblemException(
                Problem.of(ProblemCode.REPLICA_LOST, "The model '" + model + "' answered with status " + status + "."));
    }

    private ProblemException unusable() {
        return new ProblemException(
                Problem.of(ProblemCode.REPLICA_LOST, "The model '" + model + "' gave no vectors that can be used."));
    }
}
