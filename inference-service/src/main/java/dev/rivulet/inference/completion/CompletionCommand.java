// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.inference.pictures.PictureAsk;
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
 * @param sampling how tokens are picked
 * @param seed of the sampler; of several answers each has its own from it
 * @param stops at most 4
 * @param choices number of answers, 1 to 16
 * @param logprobs alternatives of each token, -1 for no log probabilities
 * @param form what the answers must look like
 * @param tools what the model may or must call
 */
record CompletionCommand(
        String model,
        Input input,
        boolean stream,
        boolean includeUsage,
        @Nullable Integer maxTokens,
        SamplingFields sampling,
        @Nullable Long seed,
        List<String> stops,
        int choices,
        int logprobs,
        FormFields.@Nullable Wanted form,
        @Nullable ToolRequest tools) {

    /** What to answer. */
    sealed interface Input {}

    /**
     * @param pictures of the messages, in their order
     */
    record Conversation(List<ChatMessage> messages, List<PictureAsk> pictures) implements Input {}

    /** The same without its pictures' bytes, which nobody needs any more once they were looked at. */
    CompletionCommand looked() {
        return input instanceof Conversation conversation
                        && !conversation.pictures().isEmpty()
                ? new CompletionCommand(
                        model,
                        new Conversation(conversation.messages(), List.of()),
                        stream,
                        includeUsage,
                        maxTokens,
                        sampling,
                        seed,
                        stops,
                        choices,
                        logprobs,
                        form,
                        tools)
                : this;
    }

    /** The pictures of a conversation. */
    List<PictureAsk> pictures() {
        return input instanceof Conversation conversation ? conversation.pictures() : List.of();
    }

    record Text(String prompt) implements Input {}
}
