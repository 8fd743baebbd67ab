// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.policy.PolicySettings.Classifier;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a model of {@code /v1/classify} about texts for one request. A model that does not answer lets nothing through: the request fails
 * with {@code no_replica}.
 */
final class Classification {

    private static final Logger log = LoggerFactory.getLogger(Classification.class);
    private static final int LARGEST_ANSWER = 4 << 20;
    private static final int ALL_LABELS = 100;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final JsonMapper json;
    private final Answering models;
    private final Passage passage;
    private final LongSupplier nanos;

    /**
     * @param models are asked without passing this policy again
     * @param passage of the request whose texts they are
     */
    Classification(JsonMapper json, Answering models, Passage passage, LongSupplier nanos) {
        this.json = json;
        this.models = models;
        this.passage = passage;
        this.nanos = nanos;
    }

    /** Which of the texts have one of the labels; fails with a {@link ProblemException} with {@code no_replica}. */
    Mono<BitSet> found(Classifier by, List<String> texts) {
        if (texts.isEmpty()) {
            return Mono.just(new BitSet());
        }
        byte[] body = json.writeValueAsString(Map.of("model", by.model(), "input", texts, "top_k", ALL_LABELS))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Passage own = own(by.model());
        Envelope envelope = new Envelope(by.model(), false, body.length / 4 + 1L);
        return models.answer(new Ask(Endpoint.CLASSIFY.path(), envelope, body, Map.of(), own))
                .flatMap(answer -> answer.bytes(LARGEST_ANSWER)
                        .filter(bytes -> answer.status() == 200)
                        .map(bytes -> read(by, json.readTree(bytes).path("data"), texts.size())))
                .doFinally(signal -> passage.used(own.tokens()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("no classification")))
                .onErrorMap(failure -> !(failure instanceof Error), failure -> silent(by, failure));
    }

    /** What is told about the classifier's answer is not told about the request's. */
    private Passage own(String model) {
        Passage own = new Passage(passage.id(), nanos);
        own.caller(passage.identity());
        own.model(model);
        passage.timeLeft().ifPresent(own::allowed);
        if (passage.isSiteOnly()) {
            own.siteOnly();
        }
        return own;
    }

    private static BitSet read(Classifier by, JsonNode data, int count) {
        if (data.size() != count) {
            throw new IllegalStateException("another number of classifications than of texts");
        }
        BitSet found = new BitSet(count);
        for (int i = 0; i < count; i++) {
            found.set(i, has(by, data.get(i)));
        }
        return found;
    }

    private static boolean has(Classifier by, JsonNode text) {
        if (!text.path("label").isString() && !text.path("labels").isArray()) {
            throw new IllegalStateException("no label");
        }
        return isOne(by, text) || text.path("labels").valueStream().anyMatch(label -> isOne(by, label));
    }

    private static boolean isOne(Classifier by, JsonNode label) {
        return by.labels().contains(label.path("label").asString(""))
                && label.path("score").asDouble(1) >= by.score();
    }

    private static ProblemException silent(Classifier by, Throwable failure) {
        log.warn("Model {} of a policy does not classify: {}", by.model(), failure.toString());
        return new ProblemException(
                Problem.of(
                                ProblemCode.NO_REPLICA,
                                "The classifier of this API key's policy does not answer. Send this request again after the "
                                        + "seconds in Retry-After.")
                        .retryAfter(COME_AGAIN),
                failure);
    }
}
