// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code POST /v1/chat/completions} without streaming.
 *
 * @param id starts with {@code chatcmpl-}
 * @param created Unix time in seconds
 */
public record ChatCompletion(String id, String object, long created, String model, List<Choice> choices, Usage usage) {

    public static ChatCompletion of(String id, long created, String model, List<Choice> choices, Usage usage) {
        return new ChatCompletion(id, "chat.completion", created, model, choices, usage);
    }

    /** {@code finish_reason} is {@code stop}, {@code length} or {@code tool_calls}. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Choice(
            int index,
            Message message,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") String finishReason) {}

    /**
     * What the model said.
     *
     * @param content null where it only calls tools
     * @param toolCalls absent where it calls none
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Message(
            String role,
            @Nullable String content,
            @Nullable String refusal,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("tool_calls") @Nullable List<ToolCall> toolCalls) {}

    /** One call; {@code type} is {@code function}. */
    public record ToolCall(String id, String type, Function function) {}

    /** {@code arguments} is JSON as text. */
    public record Function(String name, String arguments) {}
}
