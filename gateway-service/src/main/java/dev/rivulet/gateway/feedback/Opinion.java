// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a caller thinks of an answer.
 *
 * @param request the id of the request
 * @param score 0, of no use, to 1, as good as can be
 * @param words that the site may keep; empty without consent
 */
record Opinion(String request, double score, Words words) {

    private static final String REQUEST = "request_id";
    private static final String SCORE = "score";
    private static final String THUMB = "thumb";
    private static final Set<String> FIELDS = Stream.concat(
                    Stream.of(REQUEST, SCORE, THUMB, Words.CONSENT), Words.FIELDS.stream())
            .collect(Collectors.toUnmodifiableSet());
    private static final int LONGEST_ID = 100;

    /**
     * Reads a body such as {@code {"request_id":"…","thumb":"up"}} or {@code {"request_id":"…","score":0.75}}.
     *
     * @throws ProblemException {@code invalid_json}, {@code missing_parameter}, {@code invalid_value}; {@code unsupported_parameter}
     *     for anything else; {@code missing_parameter} too for words without consent
     */
    static Opinion of(JsonMapper json, byte[] body) {
        JsonNode said = read(json, body);
        for (String name : said.propertyNames()) {
            if (!FIELDS.contains(name)) {
                throw problem(
                        ProblemCode.UNSUPPORTED_PARAMETER, name, "Feedback has no field '" + Shown.text(name) + "'.");
            }
        }
        JsonNode request = said.path(REQUEST);
        if (!request.isString()
                || request.asString().isEmpty()
                || request.asString().length() > LONGEST_ID) {
            throw problem(
                    request.isMissingNode() ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                    REQUEST,
                    "This is the x-request-id of the answer.");
        }
        return new Opinion(request.asString(), score(said), Words.of(said));
    }

    private static JsonNode read(JsonMapper json, byte[] body) {
        try {
            JsonNode said = json.readTree(body);
            if (said != null && said.isObject()) {
                return said;
            }
        } catch (JacksonException e) {
            // Told below, without what was sent.
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body is no JSON object."));
    }

    private static double score(JsonNode said) {
        JsonNode score = said.path(SCORE);
        JsonNode thumb = said.path(THUMB);
        if (score.isMissingNode() == thumb.isMissingNode()) {
            throw problem(ProblemCode.MISSING_PARAMETER, SCORE, "Say either a 'score' of 0 to 1 or a 'thumb'.");
        }
        if (thumb.isMissingNode()) {
            if (score.isNumber() && score.asDouble() >= 0 && score.asDouble() <= 1) {
                return score.asDouble();
            }
            throw problem(ProblemCode.INVALID_VALUE, SCORE, "This is a number of 0 to 1.");
        }
        return switch (thumb.asString("")) {
            case "up" -> 1;
            case "down" -> 0;
            default -> throw problem(ProblemCode.INVALID_VALUE, THUMB, "This is 'up' or 'down'.");
        };
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, Shown.text(param), message));
    }
}
