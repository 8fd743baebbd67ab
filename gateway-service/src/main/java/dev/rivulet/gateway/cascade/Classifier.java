// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Label;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a model of {@code /v1/classify} about a text. */
final class Classifier {

    private static final Logger log = LoggerFactory.getLogger(Classifier.class);
    private static final int LARGEST_ANSWER = 1 << 20;

    private final JsonMapper json;

    Classifier(JsonMapper json) {
        this.json = json;
    }

    /** The score of a label, 0 to 1; 0 where there is none or the model does not answer, which is logged. */
    Mono<Double> score(Label label, String text, Ask of, Answering models) {
        byte[] body = json.writeValueAsBytes(Map.of("model", label.model(), "input", text));
        Envelope envelope = new Envelope(label.model(), false, text.length() / 4 + 1L);
        return models.answer(of.with(Endpoint.CLASSIFY.path(), envelope, body))
                .flatMap(answer -> answer.bytes(LARGEST_ANSWER).filter(bytes -> answer.status() == 200))
                .map(bytes -> score(label, json.readTree(bytes).path("data").path(0)))
                .onErrorResume(failure -> {
                    log.warn("Model {} does not classify: {}", label.model(), failure.toString());
                    return Mono.just(0.0);
                })
                .defaultIfEmpty(0.0);
    }

    private static double score(Label label, JsonNode answer) {
        if (answer.path("label").asString("").equals(label.label())) {
            return answer.path("score").asDouble(1);
        }
        for (JsonNode one : answer.path("labels")) {
            if (one.path("label").asString("").equals(label.label())) {
                return one.path("score").asDouble(0);
            }
        }
        return 0;
    }
}
