// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.ToolFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an answer must look like. */
public sealed interface AnswerForm {

    /** Any JSON object. */
    record AnyObject() implements AnswerForm {}

    /** A JSON value that validates against a schema (2020-12). */
    record Schema(JsonNode schema) implements AnswerForm {}

    /**
     * Calls of tools, whose arguments validate.
     *
     * @param tools of which each call names one
     * @param format of the model's family
     * @param several whether more than one call may come, where the format has a way to say so
     */
    record Calls(List<Tool> tools, ToolFormat format, boolean several) implements AnswerForm {}

    /** @param parameters the schema of its arguments; null for none */
    record Tool(String name, @Nullable JsonNode parameters) {}

    /** A text that an expression matches from its beginning to its end. */
    record Matching(String expression) implements AnswerForm {}
}
