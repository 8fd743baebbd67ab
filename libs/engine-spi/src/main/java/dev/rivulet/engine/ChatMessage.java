package dev.rivulet.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation. Roles are those of the chat template, usually system, user, assistant and tool.
 *
 * @param toolCalls calls that an assistant's message asks for
 * @param toolCallId of a tool's message: the call it answers
 * @param name of a tool's message: the tool, if the caller says so
 */
public record ChatMessage(
        String role,
        String content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name) {

    public ChatMessage {
        toolCalls = List.copyOf(toolCalls);
    }

    /** A message of text alone. */
    public ChatMessage(String role, String content) {
        this(role, content, List.of(), null, null);
    }
}
