// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The answer of {@code POST /v1/tokenize}, which takes the body of a chat or of a text completion and generates nothing. Its
 * names are those of vLLM's path of that name.
 *
 * @param count tokens of the prompt as a completion would be given it, with what the chat template adds, 0 or more
 * @param maxModelLen tokens of prompt and answer together that the model reads
 */
public record TokenCount(
        int count, @JsonProperty("max_model_len") int maxModelLen) {

    /** Where a replica counts. */
    public static final String PATH = "/v1/tokenize";
}
