// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.CommandBuilder.unsupported;
import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatMessage.Part;
import dev.rivulet.engine.ChatMessage.PicturePart;
import dev.rivulet.engine.ChatMessage.TextPart;
import dev.rivulet.engine.ToolCall;
import dev.rivulet.inference.pictures.PictureAsk;
import dev.rivulet.inference.pictures.PictureIntake;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the messages of a conversation: text, and parts of text and pictures. */
final class MessageReader {

    private static final Set<String> TOOLS = Set.of("function_call", "audio");

    private static final Set<String> TYPES = Set.of("text", "image_url", "video_url");

    /** Models here have one way to look, so that what is asked for changes nothing. */
    private static final Set<String> DETAILS = Set.of("", "auto", "low", "high");

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> roles;
    private final int maxMessages;
    private final int maxParts;
    private final PictureIntake intake;
    private final List<PictureAsk> pictures = new ArrayList<>();

    /** @param roles every role a request may give, and the role of the chat template that it becomes */
    MessageReader(Map<String, String> roles, int maxMessages, int maxParts, PictureIntake intake) {
        this.roles = roles;
        this.maxMessages = maxMessages;
        this.maxParts = maxParts;
        this.intake = intake;
    }

    /** The pictures of the messages that were read, in their order. */
    List<PictureAsk> pictures() {
        return pictures;
    }

    List<ChatMessage> read(JsonCursor cursor, String path) {
        return cursor.array(path, maxMessages, element -> message(cursor, element));
    }

    private ChatMessage message(JsonCursor cursor, String path) {
        Draft draft = new Draft();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "role" -> draft.role = role(cursor, inner);
                case "content" -> content(cursor, inner, draft);
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
        if (!draft.parts.isEmpty()) {
            return seeing(path, draft);
        }
        String content = draft.content == null ? "" : draft.content;
        return new ChatMessage(draft.role, content, draft.calls, tool ? draft.callId : null, tool ? draft.name : null);
    }

    private static ChatMessage seeing(String path, Draft draft) {
        if (!"user".equals(draft.role)) {
            throw invalid(path + ".content", "may hold pictures where it is the user's");
        }
        return new ChatMessage("user", draft.parts);
    }

    private static final class Draft {
        private @Nullable String role;
        private @Nullable String content;
        private List<Part> parts = List.of();
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

    /** Parts stay apart only where there are pictures among them. */
    private void content(JsonCursor cursor, String path, Draft draft) {
        if (cursor.atNull()) {
            return;
        }
        if (!cursor.atArray()) {
            draft.content = cursor.string(path);
            return;
        }
        List<Part> parts = new ArrayList<>();
        cursor.array(path, maxParts, element -> parts.addAll(part(cursor, element)));
        draft.content = new ChatMessage("", parts).content();
        if (parts.stream().anyMatch(PicturePart.class::isInstance)) {
            draft.parts = parts;
        }
    }

    private List<Part> part(JsonCursor cursor, String path) {
        PartFields fields = new PartFields();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "type" -> fields.type = type(cursor, inner);
                case "text" -> fields.text = cursor.string(inner);
                case "image_url", "video_url" -> {
                    fields.url = url(cursor, inner);
                    fields.urlOf = name;
                }
                default -> cursor.skip();
            }
        });
        String type = fields.type;
        if (type == null) {
            throw missing(path + ".type");
        }
        if (type.equals("text")) {
            if (fields.text == null) {
                throw missing(path + ".text");
            }
            return List.of(new TextPart(fields.text));
        }
        if (fields.url == null || !type.equals(fields.urlOf)) {
            throw missing(path + "." + type + ".url");
        }
        return pictures(path + "." + type + ".url", fields.url, type.equals("video_url"));
    }

    private static final class PartFields {
        private @Nullable String type;
        private @Nullable String text;
        private @Nullable String url;
        private @Nullable String urlOf;
    }

    private static @Nullable String url(JsonCursor cursor, String path) {
        PartFields fields = new PartFields();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "url" -> fields.url = cursor.string(inner);
                case "detail" -> fields.text = cursor.atNull() ? "" : cursor.string(inner);
                default -> cursor.skip();
            }
        });
        if (fields.text != null && !DETAILS.contains(fields.text)) {
            throw invalid(path + ".detail", "must be auto, low or high");
        }
        return fields.url;
    }

    private List<Part> pictures(String path, String url, boolean film) {
        PictureAsk ask = intake.take(path, url, film);
        int before = pictures.stream().mapToInt(PictureAsk::frames).sum();
        if (before + ask.frames() > intake.most()) {
            throw invalid(path, "is one picture too many: a request may have " + intake.most());
        }
        pictures.add(ask);
        return Collections.nCopies(ask.frames(), new PicturePart());
    }

    private static String type(JsonCursor cursor, String path) {
        String type = cursor.string(path);
        if (!TYPES.contains(type)) {
            throw unsupported(path, "may only be 'text', 'image_url' or 'video_url'");
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
