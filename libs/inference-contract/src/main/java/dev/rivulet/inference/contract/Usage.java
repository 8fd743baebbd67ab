// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Tokens of one answer. */
public record Usage(
        @JsonProperty("prompt_tokens") int promptTokens,
        @JsonProperty("completion_tokens") int completionTokens,
        @JsonProperty("total_tokens") int totalTokens,
        @JsonProperty("prompt_tokens_details") PromptTokensDetails promptTokensDetails) {

    /** @param cachedTokens tokens of the prompt that the prefix cache held, 0 to all of them but one */
    public record PromptTokensDetails(
            @JsonProperty("cached_tokens") int cachedTokens) {}

    public static Usage of(int promptTokens, int completionTokens, int cachedTokens) {
        return new Usage(
                promptTokens, completionTokens, promptTokens + completionTokens, new PromptTokensDetails(cachedTokens));
    }
}
