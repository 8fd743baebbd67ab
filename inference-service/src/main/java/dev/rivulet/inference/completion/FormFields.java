// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.CommandBuilder.unsupported;
import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.inference.grammar.AnswerForm;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields that say what an answer must look like: OpenAI's {@code response_format}, and vLLM's {@code structured_outputs},
 * {@code guided_regex} and {@code guided_json}.
 */
final class FormFields {

    private @Nullable Wanted wanted;

    /**
     * A form that was asked for.
     *
     * @param path of the field that asks for it, for messages about the form
     */
    record Wanted(AnswerForm form, String path) {}

    /** Takes a field; false if it is none of these. */
    boolean field(JsonCursor cursor, String name, String path) {
        switch (name) {
            case "response_format" -> responseFormat(cursor, path);
            case "structured_outputs" -> structuredOutputs(cursor, path);
            case "guided_regex" -> regex(cursor, path);
            case "guided_json" -> json(cursor, path);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Nullable Wanted build() {
        return wanted;
    }

    private void want(AnswerForm form, String path) {
        if (wanted != null) {
            throw invalid(path, "can't be asked for beside '" + wanted.path() + "'");
        }
        wanted = new Wanted(form, path);
    }

    private void regex(JsonCursor cursor, String path) {
        if (!cursor.atNull()) {
            want(new AnswerForm.Matching(cursor.string(path)), path);
        }
    }

    private void json(JsonCursor cursor, String path) {
        if (!cursor.atNull()) {
            want(new AnswerForm.Schema(cursor.tree(path)), path);
        }
    }

    private void structuredOutputs(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "regex" -> regex(cursor, inner);
                case "json" -> json(cursor, inner);
                default -> {
                    if (!cursor.nothing()) {
                        throw unsupported(inner, "is not supported; there are 'json' and 'regex'");
                    }
                }
            }
        });
    }

    /** What {@code response_format} holds, in whatever order. */
    private static final class Format {
        private @Nullable String type;
        private @Nullable JsonNode schema;
    }

    private void responseFormat(JsonCursor cursor, String path) {
        if (cursor.atNull()) {
            return;
        }
        Format format = new Format();
        cursor.object(path, (name, inner) -> {
            switch (name) {
                case "type" -> format.type = cursor.string(inner);
                case "json_schema" -> jsonSchema(cursor, inner, format);
                default -> cursor.skip();
            }
        });
        switch (format.type) {
            case "text" -> {}
            case "json_object" -> want(new AnswerForm.AnyObject(), path);
            case "json_schema" -> {
                if (format.schema == null) {
                    throw missing(path + ".json_schema.schema");
                }
                want(new AnswerForm.Schema(format.schema), path + ".json_schema.schema");
            }
            case null -> throw missing(path + ".type");
            default -> throw unsupported(path + ".type", "may only be 'text', 'json_object' or 'json_schema'");
        }
    }

    private static void jsonSchema(JsonCursor cursor, String path, Format format) {
        if (cursor.atNull()) {
            return;
        }
        cursor.object(path, (name, inner) -> {
            if (name.equals("schema")) {
                format.schema = cursor.tree(inner);
            } else {
                cursor.skip();
            }
        });
    }

    private static ProblemException missing(String path) {
        return new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, path, "'" + path + "' is missing."));
    }
}
