// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what is asked for: {@code {"endpoint": …, "body": {…}, "session": …, "timeout_seconds": …}}. */
final class JobBody {

    private static final int MAX_DEPTH = 64;
    private static final int LONGEST_SESSION = 128;
    private static final int LONGEST_SECONDS = 86_400;
    private static final Set<String> KNOWN = Set.of("endpoint", "body", "session", "timeout_seconds");

    private final JsonMapper json;
    private final Envelope.Reader envelopes;
    private final Duration lifetime;

    JobBody(int maxBody, Duration lifetime) {
        this.json = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH + 1)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        this.envelopes = new Envelope.Reader(MAX_DEPTH, maxBody);
        this.lifetime = lifetime;
    }

    /** A job's request as it was read. */
    record Read(String endpoint, Envelope envelope, byte[] body, String session, Duration lifetime) {}

    Read read(byte[] bytes) {
        JsonNode node = tree(bytes);
        node.propertyNames().stream()
                .filter(name -> !KNOWN.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw invalid(
                            Shown.text(name),
                            "A job has endpoint, body, session and timeout_seconds, and nothing else.");
                });
        String endpoint = endpoint(node.path("endpoint"));
        if (!node.path("body").isObject()) {
            throw invalid("body", "'body' must be the JSON object that " + endpoint + " takes.");
        }
        byte[] body = json.writeValueAsBytes(node.path("body"));
        return new Read(
                endpoint,
                envelopes.read(body),
                body,
                session(node.path("session")),
                lifetime(node.path("timeout_seconds")));
    }

    private JsonNode tree(byte[] bytes) {
        try {
            JsonNode node = json.readTree(bytes);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_JSON,
                    "The body is not one valid JSON object of at most " + MAX_DEPTH
                            + " levels, without a name twice."));
        }
        throw new ProblemException(Problem.of(
                ProblemCode.INVALID_JSON,
                "The body must be a JSON object, such as {\"endpoint\": \"/v1/chat/completions\", \"body\": {…}}."));
    }

    private static String endpoint(JsonNode node) {
        String given = node.isString() ? node.asString() : "";
        return Endpoint.at(given)
                .map(Endpoint::path)
                .orElseThrow(() -> invalid("endpoint", "'endpoint' must be one of " + Endpoint.all() + "."));
    }

    private static String session(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (!node.isString() || !node.asString().matches("[A-Za-z0-9._:-]{1," + LONGEST_SESSION + "}")) {
            throw invalid(
                    "session",
                    "'session' must be 1 to " + LONGEST_SESSION
                            + " letters, digits, dots, colons, dashes or underscores.");
        }
        return node.asString();
    }

    private Duration lifetime(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return lifetime;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 1 || node.asInt() > LONGEST_SECONDS) {
            throw invalid("timeout_seconds", "'timeout_seconds' must be 1 to " + LONGEST_SECONDS + ".");
        }
        return Duration.ofSeconds(node.asInt());
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
