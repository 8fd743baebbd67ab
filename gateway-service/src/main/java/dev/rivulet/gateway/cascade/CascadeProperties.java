// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Routes: names behind which several models answer.
 *
 * @param routes by name, at most 100
 * @param ensembles how many answers a request may have compared by the header {@code x-rivulet-ensemble}, 1 (none) to 8
 * @param partials how many broken answers can be gone on with, 0 to 100,000
 * @param partialKeep how long one can be gone on with
 */
@ConfigurationProperties("rivulet.cascade")
record CascadeProperties(
        @DefaultValue Map<String, Route> routes,
        @DefaultValue("4") int ensembles,
        @DefaultValue("1000") int partials,
        @DefaultValue("10m") Duration partialKeep) {

    CascadeProperties {
        routes = Map.copyOf(routes);
        require(routes.size() <= 100, "routes holds more than 100");
        require(ensembles >= 1 && ensembles <= Route.MOST, "ensembles is between 1 and " + Route.MOST);
        require(partials >= 0 && partials <= 100_000, "partials is between 0 and 100000");
        require(partialKeep.toMillis() >= 1, "partial-keep is at least 1ms");
    }

    /**
     * One route.
     *
     * @param models from small to large, 1 to 8
     * @param escalate when the next larger model is asked
     * @param holdBackTokens how many tokens of a stream are judged before the first is shown, 1 to 512
     * @param ensemble how many answers are compared, 1 (none) to 8; the models take turns
     * @param scorer the model of {@code /v1/classify} and its label whose score says which answer is best; null for the mean
     *     log-probability of its tokens
     * @param continues whether a stream that breaks ends as a partial answer that can be gone on with
     * @param rules answers where no model can, the first that matches; at most 100
     * @param refusal what is said where nothing else can be; null for an error
     */
    record Route(
            List<String> models,
            @DefaultValue Escalation escalate,
            @DefaultValue("16") int holdBackTokens,
            @DefaultValue("1") int ensemble,
            @Nullable Label scorer,
            @DefaultValue("false") boolean continues,
            @DefaultValue List<Rule> rules,
            @Nullable String refusal) {

        static final int MOST = 8;

        Route {
            models = List.copyOf(models);
            rules = List.copyOf(rules);
            require(!models.isEmpty() && models.size() <= MOST, "a route has 1 to " + MOST + " models");
            require(holdBackTokens >= 1 && holdBackTokens <= 512, "hold-back-tokens is between 1 and 512");
            require(ensemble >= 1 && ensemble <= MOST, "ensemble is between 1 and " + MOST);
            require(rules.size() <= 100, "a route has at most 100 rules");
        }

        /** One that only compares answers of one model. */
        static Route comparing(String model) {
            return new Route(List.of(model), Escalation.NEVER, 1, 1, null, false, List.of(), null);
        }
    }

    /**
     * When an answer is not good enough. Whatever is null is not looked at.
     *
     * @param meanLogprob the mean log-probability of its tokens is below this, a negative number
     * @param entropy the mean entropy over the likeliest tokens is above this, in nats
     * @param matches it does not match this expression
     * @param schema whether it does not hold to the JSON schema that the request asks for
     * @param question before anything is asked: the question has this label
     */
    record Escalation(
            @Nullable Double meanLogprob,
            @Nullable Double entropy,
            @Nullable Pattern matches,
            @DefaultValue("false") boolean schema,
            @Nullable Label question) {

        static final Escalation NEVER = new Escalation(null, null, null, false, null);

        Escalation {
            require(meanLogprob == null || meanLogprob < 0, "mean-logprob is below 0");
            require(entropy == null || entropy > 0, "entropy is above 0");
        }

        /** Whether tokens say how good an answer is. */
        boolean byTokens() {
            return meanLogprob != null || entropy != null;
        }

        /** Whether the whole text says it. */
        boolean byText() {
            return matches != null || schema;
        }
    }

    /**
     * What a model of {@code /v1/classify} may say.
     *
     * @param score from where on it counts, 0 to 1
     */
    record Label(
            String model, String label, @DefaultValue("0.5") double score) {}

    /** What is said to a question that the expression is found in. */
    record Rule(Pattern when, String say) {}

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.cascade: " + rule);
        }
    }
}
