package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.CommandBuilder.unsupported;
import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ToolCall;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the messages of a conversation: text, and parts of text. */
final class MessageReader {

    private static final Set<String> TOOLS = Set.of("function_call", "audio");

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> roles;
    private final int maxMessages;
    private final int maxParts;

    /** @param roles every role a request may give, and the role of the chat template that it becomes */
    MessageReader(Map<String, String> roles, int maxMessages, int maxParts) {
        this.roles = roles;
        this.maxMessages = maxMessages;
        this.maxParts = maxParts;
    }

    List<ChatMessage> read(JsonCursor cursor, String path) {
        return cursor.array(path, maxMessages, element -> message(cursor, element));
    }

    private ChatMessage message(JsonCursor cursor, String path) {
        Draft draft = new Draft();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "role" -> draft.role = role(cursor, inner);
                case "content" -> draft.content = content(cursor, inner);
                case "tool_calls" -> draft.calls = calls(cursor, inner);
                case "tool_call_id" -> draft.callId = cursor.atNull() ? null : cursor.string(inner);
                case "name" -> draft.name = cursor.atNull() ? null : cursor.string(inner);
                default -> refuseTools(cursor, name, inner);
            }
        });
        if (draft.role == null) {
            throw missing(path + ".role");
        }
        boolean tool = draft.role.equals("tool");
        if (tool && draft.callId == null) {
            throw missing(path + ".tool_call_id");
        }
        if (!draft.calls.isEmpty() && !draft.role.equals("assistant")) {
            throw invalid(path + ".tool_calls", "may only be the assistant's");
        }
        if (draft.content == null && draft.calls.isEmpty()) {
            throw missing(path + ".content");
        }
        String content = draft.content == null ? "" : draft.content;
        return new ChatMessage(draft.role, content, draft.calls, tool ? draft.callId : null, tool ? draft.name : null);
    }

    private static final class Draft {
        private @Nullable String role;
        private @Nullable String content;
        private List<ToolCall> calls = List.of();
        private @Nullable String callId;
        private @Nullable String name;
    }

    private String role(JsonCursor cursor, String path) {
        String given = cursor.string(path);
        if (given.equals("function")) {
            throw unsupported(path, "'function' is not supported; send 'tool' with 'tool_call_id'");
        }
        String role = roles.get(given);
        if (role == null) {
            throw invalid(path, "must be system, developer, user, assistant or tool");
        }
        return role;
    }

    private List<ToolCall> calls(JsonCursor cursor, String path) {
        return cursor.atNull() ? List.of() : cursor.array(path, maxParts, element -> call(cursor, element));
    }

    private static ToolCall call(JsonCursor cursor, String path) {
        JsonNode call = cursor.tree(path);
        JsonNode name = call.path("function").path("name");
        JsonNode arguments = call.path("function").path("arguments");
        if (!call.path("id").isString()) {
            throw missing(path + ".id");
        }
        if (!name.isString()) {
            throw missing(path + ".function.name");
        }
        if (!arguments.isString() || !objectText(arguments.asString())) {
            throw invalid(path + ".function.arguments", "must be a JSON object as text");
        }
        return new ToolCall(call.path("id").asString(), name.asString(), arguments.asString());
    }

    private static boolean objectText(String text) {
        try {
            return JSON.readTree(text).isObject();
        } catch (JacksonException e) {
            return false;
        }
    }

    private @Nullable String content(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return null;
        }
        return cursor.atArray()
                ? String.join("", cursor.array(path, maxParts, element -> part(cursor, element)))
                : cursor.string(path);
    }

    private static String part(JsonCursor cursor, String path) {
        Draft draft = new Draft();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "type" -> draft.role = type(cursor, inner);
                case "text" -> draft.content = cursor.string(inner);
                default -> cursor.skip();
            }
        });
        if (draft.role == null) {
            throw missing(path + ".type");
        }
        if (draft.content == null) {
            throw missing(path + ".text");
        }
        return draft.content;
    }

    private static String type(JsonCursor cursor, String path) {
        String type = cursor.string(path);
        if (!type.equals("text")) {
            throw unsupported(path, "may only be 'text'");
        }
        return type;
    }

    private static void refuseTools(JsonCursor cursor, String name, String path) {
        if (!TOOLS.contains(name)) {
            cursor.skip();
        } else if (!cursor.nothing()) {
            throw unsupported(path, "is not supported");
        }
    }

    private static ProblemException missing(String path) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, path, "'" + path + "' is missing."));
    }
}
