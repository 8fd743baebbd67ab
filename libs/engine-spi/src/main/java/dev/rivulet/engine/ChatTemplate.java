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

    /** A template that can't render this conversation. The message is fit to show to the caller. */
    final class TemplateException extends Exception {
        private static final long serialVersionUID = 1L;

        public TemplateException(String message) {
            super(message);
        }
    }
}
