// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ToolFormat;
import dev.rivulet.inference.contract.ChatCompletion.Function;
import dev.rivulet.inference.contract.ChatCompletion.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an answer says and which calls it asks for, collected for an answer that isn't streamed. */
final class AnswerParts implements ToolCallReader.Sink {

    private final StringBuilder content = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private final List<StringBuilder> arguments = new ArrayList<>();
    private int whole;

    static AnswerParts of(String text, @Nullable ToolRequest tools, ToolFormat format) {
        AnswerParts parts = new AnswerParts();
        if (tools == null) {
            parts.content(text);
            return parts;
        }
        ToolCallReader reader = new ToolCallReader(format, tools.names(), parts);
        reader.add(text);
        reader.end();
        parts.whole = reader.calls();
        return parts;
    }

    static String newCallId() {
        return "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
    }

    @Override
    public void content(String text) {
        content.append(text);
    }

    @Override
    public void call(String name) {
        names.add(name);
        arguments.add(new StringBuilder());
    }

    @Override
    public void arguments(String piece) {
        arguments.getLast().append(piece);
    }

    /** Null where there are calls and nothing beside. */
    @Nullable String content() {
        return content.isEmpty() && !names.isEmpty() ? null : content.toString();
    }

    /** Null where there are none. */
    @Nullable List<ToolCall> calls() {
        if (names.isEmpty()) {
            return null;
        }
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Function function = new Function(names.get(i), arguments.get(i).toString());
            calls.add(new ToolCall(newCallId(), "function", function));
        }
        return calls;
    }

    /** The finish reason of an answer that ended for {@code reason}. */
    String reason(String reason) {
        return reason(reason, whole);
    }

    static String reason(String reason, int wholeCalls) {
        return wholeCalls > 0 && reason.equals("stop") ? "tool_calls" : reason;
    }
}
