// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * Log probabilities of a text completion, by the model's own distribution; all lists are as long as the answer has tokens.
 *
 * @param tokenLogprobs natural logarithms
 * @param topLogprobs the likeliest tokens at each place
 * @param textOffset characters of the answer before each token
 */
public record TextLogprobs(
        List<String> tokens,
        @JsonProperty("token_logprobs") List<Double> tokenLogprobs,
        @JsonProperty("top_logprobs") List<Map<String, Double>> topLogprobs,
        @JsonProperty("text_offset") List<Integer> textOffset) {}
