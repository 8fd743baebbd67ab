// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.inference.completion.CompletionCommand.Conversation;
import dev.rivulet.inference.completion.CompletionCommand.Input;
import dev.rivulet.inference.completion.CompletionCommand.Text;
import dev.rivulet.inference.pictures.PictureIntake;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects and checks the parameters of one request. Unknown fields are passed over. */
final class CommandBuilder {

    enum Kind {
        CHAT,
        TEXT,
        /** The prompt of either, and nothing else. */
        PROMPT
    }

    private static final int MAX_STOPS = 4;
    private static final int MAX_STOP_LENGTH = 256;
    private static final int MAX_CHOICES = 16;
    private static final int MAX_PARTS = 1024;

    /** What would change the answer and isn't here yet; harmless while it says nothing. */
    private static final Set<String> UNSUPPORTED = Set.of(
            "tools", "functions", "function_call", "audio", "prediction", "web_search_options", "suffix", "echo");

    private static final Set<String> PROMPT_FIELDS =
            Set.of("model", "messages", "prompt", "tools", "tool_choice", "parallel_tool_calls");

    private static final Map<String, String> ROLES = Map.of(
            "system", "system",
            "developer", "system",
            "tool", "tool",
            "user", "user",
            "assistant", "assistant");

    private final Kind kind;
    private final MessageReader messages;
    private @Nullable String model;
    private @Nullable Input input;
    private boolean stream;
    private boolean includeUsage;
    private @Nullable Long maxTokens;
    private @Nullable Long maxCompletionTokens;
    private @Nullable Long seed;
    private @Nullable Long choices;
    private final SamplingFields sampling = new SamplingFields();
    private final LogprobsFields logprobs;
    private final FormFields form = new FormFields();
    private final ToolFields tools = new ToolFields();
    private List<String> stops = List.of();

    CommandBuilder(Kind kind, int maxMessages, PictureIntake intake) {
        this.kind = kind;
        this.logprobs = new LogprobsFields(kind);
        this.messages = new MessageReader(ROLES, maxMessages, MAX_PARTS, intake);
    }

    void field(JsonCursor cursor, String name, String path) {
        if (kind == Kind.PROMPT && !PROMPT_FIELDS.contains(name)) {
            cursor.skip();
            return;
        }
        switch (name) {
            case "model" -> model = name(cursor, path);
            case "messages" -> messages(cursor, path);
            case "prompt" -> prompt(cursor, path);
            case "stream" -> stream = Boolean.TRUE.equals(cursor.bool(path));
            case "stream_options" -> streamOptions(cursor, path);
            case "max_tokens" -> maxTokens = cursor.integer(path, 1, Integer.MAX_VALUE);
            case "max_completion_tokens" -> maxCompletionTokens = cursor.integer(path, 1, Integer.MAX_VALUE);
            case "seed" -> seed = cursor.integer(path, Long.MIN_VALUE, Long.MAX_VALUE);
            case "stop" -> stops = stops(cursor, path);
            case "n" -> choices = cursor.integer(path, 1, MAX_CHOICES);
            default -> {
                if (!sampling.field(cursor, name, path)
                        && !logprobs.field(cursor, name, path)
                        && !form.field(cursor, name, path)
                        && !(kind != Kind.TEXT && tools.field(cursor, name, path))) {
                    other(cursor, name, path);
                }
            }
        }
    }

    private void other(JsonCursor cursor, String name, String path) {
        switch (name) {
            case "best_of" -> one(cursor, path);
            case "modalities" -> modalities(cursor, path);
            case "chat_template", "chat_template_kwargs" -> template(cursor, path);
            default -> {
                if (!UNSUPPORTED.contains(name)) {
                    cursor.skip();
                } else if (!cursor.nothing()) {
                    throw unsupported(path, "is not supported");
                }
            }
        }
    }

    private static String name(JsonCursor cursor, String path) {
        String name = cursor.string(path);
        if (name.isBlank() || name.length() > 128) {
            throw invalid(path, "must have 1 to 128 characters");
        }
        return name;
    }

    private void messages(JsonCursor cursor, String path) {
        if (kind == Kind.TEXT) {
            throw unsupported(path, "belongs to /v1/chat/completions; send 'prompt'");
        }
        requireOne(path);
        List<ChatMessage> read = messages.read(cursor, path);
        if (read.isEmpty()) {
            throw invalid(path, "must hold at least one message");
        }
        input = new Conversation(read, messages.pictures());
    }

    private void prompt(JsonCursor cursor, String path) {
        if (kind == Kind.CHAT) {
            throw unsupported(path, "belongs to /v1/completions; send 'messages'");
        }
        requireOne(path);
        String text = cursor.atArray() ? singlePrompt(cursor, path) : cursor.string(path);
        if (text.isEmpty()) {
            throw invalid(path, "must not be empty");
        }
        input = new Text(text);
    }

    private void requireOne(String path) {
        if (input != null) {
            throw invalid(path, "can't stand beside the other of 'messages' and 'prompt'");
        }
    }

    private static String singlePrompt(JsonCursor cursor, String path) {
        List<String> prompts = cursor.array(path, MAX_PARTS, element -> {
            if (!cursor.atString()) {
                throw unsupported(element, "must be a string; token ids are not supported");
            }
            return cursor.string(element);
        });
        if (prompts.size() != 1) {
            throw unsupported(path, "must hold one prompt; send a request for each");
        }
        return prompts.getFirst();
    }

    private void streamOptions(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        cursor.object(path, (name, inner) -> {
            if (name.equals("include_usage")) {
                includeUsage = Boolean.TRUE.equals(cursor.bool(inner));
            } else {
                cursor.skip();
            }
        });
    }

    private static List<String> stops(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return List.of();
        }
        return cursor.atArray()
                ? cursor.array(path, MAX_STOPS, element -> stop(cursor, element))
                : List.of(stop(cursor, path));
    }

    private static String stop(JsonCursor cursor, String path) {
        String stop = cursor.string(path);
        if (stop.isEmpty() || stop.length() > MAX_STOP_LENGTH) {
            throw invalid(path, "must have 1 to " + MAX_STOP_LENGTH + " characters");
        }
        return stop;
    }

    private static void one(JsonCursor cursor, String path) {
        Long n = cursor.integer(path, 1, 128);
        if (n != null && n != 1) {
            throw unsupported(path, "may only be 1: every answer is handed out");
        }
    }

    private static void modalities(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        boolean text = cursor.array(path, 8, cursor::string).stream().allMatch("text"::equals);
        if (!text) {
            throw unsupported(path, "may only be [\"text\"]");
        }
    }

    private static void template(JsonCursor cursor, String path) {
        if (!cursor.atNull()) {
            throw unsupported(path, "is not honoured: the model brings its own chat template");
        }
    }

    static ProblemException unsupported(String path, String what) {
        return new ProblemException(
                Problem.at(ProblemCode.UNSUPPORTED_PARAMETER, path, "'" + path + "' " + what + "."));
    }

    CompletionCommand build() {
        String inputName = kind == Kind.TEXT ? "prompt" : "messages";
        Long most = maxCompletionTokens != null ? maxCompletionTokens : maxTokens;
        return new CompletionCommand(
                required("model", model),
                required(inputName, input),
                stream,
                includeUsage,
                most == null ? null : Math.toIntExact(most),
                sampling,
                seed,
                stops,
                choices == null ? 1 : Math.toIntExact(choices),
                logprobs.build(),
                form.build(),
                tools.build());
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, name, "'" + name + "' is missing."));
        }
        return Objects.requireNonNull(value);
    }
}
