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

    /** {@code finish_reason} is {@code stop} or {@code length}. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Choice(
            int index,
            Message message,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") String finishReason) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Message(
            String role, String content, @Nullable String refusal) {}
}
