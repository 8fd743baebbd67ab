// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** How sure a model was of its tokens, added up over the entries of {@code logprobs.content}. Used by one thread at a time. */
final class Confidence {

    private int tokens;
    private double logprobs;
    private double entropy;

    /** Takes the tokens of a choice of an answer or a chunk. */
    Confidence add(JsonNode choice) {
        for (JsonNode token : choice.path("logprobs").path("content")) {
            tokens++;
            logprobs += token.path("logprob").asDouble(0);
            entropy += entropy(token.path("top_logprobs"));
        }
        return this;
    }

    int tokens() {
        return tokens;
    }

    /** Empty if nothing is known of any token. */
    OptionalDouble meanLogprob() {
        return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(logprobs / tokens);
    }

    /** Whether a rule on tokens says that the next model is to be asked; never where nothing is known. */
    boolean isTooLow(CascadeProperties.Escalation rule) {
        if (tokens == 0) {
            return false;
        }
        boolean unlikely = rule.meanLogprob() != null && logprobs / tokens < rule.meanLogprob();
        boolean undecided = rule.entropy() != null && entropy / tokens > rule.entropy();
        return unlikely || undecided;
    }

    /** Over the alternatives that are told, whatever is left counting as one. */
    private static double entropy(JsonNode alternatives) {
        double sum = 0;
        double rest = 1;
        for (JsonNode one : alternatives) {
            double probability = Math.exp(one.path("logprob").asDouble(Double.NEGATIVE_INFINITY));
            if (probability > 0) {
                sum -= probability * Math.log(probability);
                rest -= probability;
            }
        }
        return rest > 1e-9 && !alternatives.isEmpty() ? sum - rest * Math.log(rest) : sum;
    }
}
