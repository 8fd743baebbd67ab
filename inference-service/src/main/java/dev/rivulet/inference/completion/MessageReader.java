package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.CommandBuilder.unsupported;
import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a conversation: text, and parts of text. */
final class MessageReader {

    private static final Set<String> TOOLS = Set.of("tool_calls", "function_call", "audio");

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
                default -> refuseTools(cursor, name, inner);
            }
        });
        if (draft.role == null) {
            throw missing(path + ".role");
        }
        if (draft.content == null) {
            throw missing(path + ".content");
        }
        return new ChatMessage(draft.role, draft.content);
    }

    private static final class Draft {
        private @Nullable String role;
        private @Nullable String content;
    }

    private String role(JsonCursor cursor, String path) {
        String given = cursor.string(path);
        if (given.equals("tool") || given.equals("function")) {
            throw unsupported(path, "'" + given + "' is not supported: tools are not");
        }
        String role = roles.get(given);
        if (role == null) {
            throw invalid(path, "must be system, developer, user or assistant");
        }
        return role;
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
