package dev.rivulet.inference.grammar;

import tools.jackson.databind.JsonNode;

/** What an answer must look like. */
public sealed interface AnswerForm {

    /** Any JSON object. */
    record AnyObject() implements AnswerForm {}

    /** A JSON value that validates against a schema (2020-12). */
    record Schema(JsonNode schema) implements AnswerForm {}

    /** A text that an expression matches from its beginning to its end. */
    record Matching(String expression) implements AnswerForm {}
}
