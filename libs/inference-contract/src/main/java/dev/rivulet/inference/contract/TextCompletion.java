// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code POST /v1/completions} without streaming.
 *
 * @param id starts with {@code cmpl-}
 * @param created Unix time in seconds
 */
public record TextCompletion(String id, String object, long created, String model, List<Choice> choices, Usage usage) {

    public static TextCompletion of(String id, long created, String model, List<Choice> choices, Usage usage) {
        return new TextCompletion(id, "text_completion", created, model, choices, usage);
    }

    /** {@code finish_reason} is {@code stop} or {@code length}. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Choice(
            int index,
            String text,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") String finishReason) {}
}
