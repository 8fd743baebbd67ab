// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a request body. Faults name the field. */
record Fields(JsonNode node) {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .maxTokenCount(1_000_000)
                            .maxNameLength(256)
                            .build())
                    .build())
            .build();

    static Fields parse(byte[] body) {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.INVALID_JSON, "The body can't be read as JSON: " + brief(e)));
        }
        if (!node.isObject()) {
            throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
        }
        return new Fields(node);
    }

    private static String brief(JacksonException e) {
        String what = e.getOriginalMessage();
        return what.length() > 200 ? what.substring(0, 200) + "…" : what;
    }

    /** A field that must be there. */
    JsonNode required(String field) {
        return optional(field)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.MISSING_PARAMETER, field, "'" + field + "' is missing.")));
    }

    Optional<JsonNode> optional(String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    String text(String field) {
        return text(required(field), field);
    }

    static String text(@Nullable JsonNode value, String field) {
        if (value == null || !value.isString()) {
            throw invalid(field, "must be a string");
        }
        return value.stringValue();
    }

    boolean flag(String field) {
        return optional(field)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw invalid(field, "must be true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    int number(String field, int least, int most, int otherwise) {
        return optional(field).map(value -> whole(value, field, least, most)).orElse(otherwise);
    }

    static int whole(JsonNode value, String field, int least, int most) {
        boolean whole = value.isIntegralNumber() && value.canConvertToInt();
        if (!whole || value.intValue() < least || value.intValue() > most) {
            throw invalid(field, "must be a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    static ProblemException invalid(String field, String fault) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, field, "'" + field + "' " + fault + "."));
    }
}
