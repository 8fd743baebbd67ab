package dev.rivulet.inference.completion;

import dev.rivulet.engine.ChatMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is well-formed in itself; a null is a parameter that wasn't given.
 *
 * @param model name of the model
 * @param input what to answer
 * @param stream whether to stream
 * @param includeUsage whether a stream ends with a usage chunk
 * @param maxTokens most tokens to generate, at least 1
 * @param temperature 0 to 2
 * @param topP above 0, at most 1
 * @param topK 0 for all
 * @param seed of the sampler
 * @param stops at most 4
 */
record CompletionCommand(
        String model,
        Input input,
        boolean stream,
        boolean includeUsage,
        @Nullable Integer maxTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        @Nullable Long seed,
        List<String> stops) {

    /** What to answer. */
    sealed interface Input {}

    record Conversation(List<ChatMessage> messages) implements Input {}

    record Text(String prompt) implements Input {}
}
