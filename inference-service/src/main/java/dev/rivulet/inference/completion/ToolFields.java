// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.CommandBuilder.unsupported;
import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.inference.grammar.AnswerForm.Tool;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ToolFields {

    private static final int MAX_TOOLS = 128;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
    private static final Set<String> CHOICES = Set.of("none", "auto", "required");

    private List<Tool> tools = List.of();
    private List<String> sources = List.of();
    private @Nullable String choice;
    private @Nullable String named;
    private boolean parallel = true;

    /** Takes a field; false if it is none of these. */
    boolean field(JsonCursor cursor, String name, String path) {
        switch (name) {
            case "tools" -> tools(cursor, path);
            case "tool_choice" -> choice(cursor, path);
            case "parallel_tool_calls" -> parallel = !Boolean.FALSE.equals(cursor.bool(path));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void tools(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        List<Tool> read = new ArrayList<>();
        sources = cursor.array(path, MAX_TOOLS, element -> {
            JsonNode tool = cursor.tree(element);
            read.add(tool(tool, element));
            return tool.toString();
        });
        tools = read;
    }

    private static Tool tool(JsonNode tool, String path) {
        if (!tool.isObject()) {
            throw invalid(path, "must be an object");
        }
        if (!tool.path("type").isString() || !tool.path("type").asString().equals("function")) {
            throw unsupported(path + ".type", "may only be 'function'");
        }
        JsonNode function = tool.path("function");
        if (!function.isObject()) {
            throw missing(path + ".function");
        }
        JsonNode name = function.path("name");
        if (!name.isString() || !NAME.matcher(name.asString()).matches()) {
            throw invalid(path + ".function.name", "must have 1 to 64 letters, digits, underscores, dots or dashes");
        }
        JsonNode parameters = function.get("parameters");
        if (parameters != null && !parameters.isNull() && !parameters.isObject()) {
            throw invalid(path + ".function.parameters", "must be a JSON Schema");
        }
        return new Tool(name.asString(), parameters == null || parameters.isNull() ? null : parameters);
    }

    private void choice(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        if (cursor.atString()) {
            choice = cursor.string(path);
            if (!CHOICES.contains(choice)) {
                throw invalid(path, "must be none, auto, required or the name of a function");
            }
            return;
        }
        JsonNode wanted = cursor.tree(path);
        JsonNode name = wanted.path("function").path("name");
        if (!wanted.isObject() || !name.isString()) {
            throw missing(path + ".function.name");
        }
        named = name.asString();
    }

    /** What was asked for; null where the model is to call nothing. */
    @Nullable ToolRequest build() {
        boolean must = named != null || "required".equals(choice);
        if (tools.isEmpty()) {
            if (must) {
                throw invalid("tool_choice", "needs 'tools'");
            }
            return null;
        }
        if (tools.stream().map(Tool::name).distinct().count() < tools.size()) {
            throw invalid("tools", "must have names that differ");
        }
        if (named != null && tools.stream().noneMatch(tool -> tool.name().equals(named))) {
            throw invalid("tool_choice.function.name", "must be one of 'tools'");
        }
        if ("none".equals(choice)) {
            return null;
        }
        Set<String> names = tools.stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
        List<Tool> forced = tools.stream()
                .filter(tool -> must && (named == null || tool.name().equals(named)))
                .toList();
        return new ToolRequest(sources, names, forced, named == null && parallel);
    }

    private static ProblemException missing(String path) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, path, "'" + path + "' is missing."));
    }
}
