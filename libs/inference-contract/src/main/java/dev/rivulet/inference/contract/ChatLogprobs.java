// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Log probabilities of a chat's answer, by the model's own distribution.
 *
 * @param content one entry per token, in order
 * @param refusal always null
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ChatLogprobs(List<Token> content, @Nullable List<Token> refusal) {

    /**
     * One token of the answer.
     *
     * @param logprob natural logarithm; -9999 if the token is not among the 20 likeliest
     * @param bytes 0 to 255 each; a token may hold part of a code point
     */
    public record Token(
            String token,
            double logprob,
            List<Integer> bytes,
            @JsonProperty("top_logprobs") List<Alternative> topLogprobs) {}

    /** One of the likeliest tokens at a place. */
    public record Alternative(String token, double logprob, List<Integer> bytes) {}
}
