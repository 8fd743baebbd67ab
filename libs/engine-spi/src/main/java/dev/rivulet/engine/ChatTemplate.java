// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;

/** Renders a conversation into the prompt the model was trained on. Thread-safe. */
public interface ChatTemplate {

    /**
     * @param messages the conversation, oldest first
     * @param addGenerationPrompt whether the prompt ends with the opening of the assistant's next message
     * @throws TemplateException if the template refuses the conversation or spends its budget of steps, depth, time or output
     */
    Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) throws TemplateException;

    /**
     * The same with tools that the model may call.
     *
     * @param tools each a JSON object as OpenAI's API has it: {@code {"type": "function", "function": {…}}}; only where
     *     {@link #toolFormat} is not {@link ToolFormat#NONE}
     */
    default Prompt render(List<ChatMessage> messages, List<String> tools, boolean addGenerationPrompt)
            throws TemplateException {
        if (!tools.isEmpty()) {
            throw new TemplateException("it knows no tools");
        }
        return render(messages, addGenerationPrompt);
    }

    /** How the model writes calls of tools. */
    default ToolFormat toolFormat() {
        return ToolFormat.NONE;
    }

    /** A template that can't render this conversation. The message is fit to show to the caller. */
    final class TemplateException extends Exception {
        private static final long serialVersionUID = 1L;

        public TemplateException(String message) {
            super(message);
        }
    }
}
