// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation. Roles are those of the chat template, usually system, user, assistant and tool.
 *
 * @param toolCalls calls that an assistant's message asks for
 * @param toolCallId of a tool's message: the call it answers
 * @param name of a tool's message: the tool, if the caller says so
 * @param parts text and pictures in their order, if the message has pictures; empty otherwise
 */
public record ChatMessage(
        String role,
        String content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name,
        List<Part> parts) {

    public ChatMessage {
        toolCalls = List.copyOf(toolCalls);
        parts = List.copyOf(parts);
    }

    /** A part of a message. */
    public sealed interface Part {}

    /** Text of a message. */
    public record TextPart(String text) implements Part {}

    /** A picture; which one is told by its place among all pictures of the conversation. */
    public record PicturePart() implements Part {}

    /** A message without pictures. */
    public ChatMessage(
            String role, String content, List<ToolCall> toolCalls, @Nullable String toolCallId, @Nullable String name) {
        this(role, content, toolCalls, toolCallId, name, List.of());
    }

    /** A message of text and pictures. */
    public ChatMessage(String role, List<Part> parts) {
        this(role, text(parts), List.of(), null, null, parts);
    }

    private static String text(List<Part> parts) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof TextPart words) {
                text.append(words.text());
            }
        }
        return text.toString();
    }

    /** A message of text alone. */
    public ChatMessage(String role, String content) {
        this(role, content, List.of(), null, null);
    }
}
