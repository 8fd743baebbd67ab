// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.batches.Batch.LineError;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.problems.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lines of a batch: {@code {"custom_id": …, "method": "POST", "url": …, "body": {…}}} each. Blocking. */
final class BatchInput {

    private static final int MOST_ERRORS = 50;
    private static final int LONGEST_ID = 512;
    private static final int MAX_DEPTH = 64;

    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private final Envelope.Reader envelopes;
    private final int mostLines;
    private final int maxBody;

    /** @param maxBody largest request in bytes */
    BatchInput(int mostLines, int maxBody) {
        this.mostLines = mostLines;
        this.maxBody = maxBody;
        this.envelopes = new Envelope.Reader(MAX_DEPTH, maxBody);
    }

    /** One request of a batch. */
    record Line(int number, String customId, Envelope envelope, byte[] body) {}

    /** What is wrong, and how many lines there are. */
    record Check(int lines, List<LineError> errors) {}

    private static final class LineException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;
        private final @Nullable String param;

        LineException(String code, String message, @Nullable String param) {
            super(message, null, false, false);
            this.code = code;
            this.param = param;
        }
    }

    /** Reads every line and names those that can't run. */
    Check check(Path input, String endpoint) throws IOException {
        List<LineError> errors = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(input)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                if (number > mostLines) {
                    return new Check(
                            number,
                            List.of(new LineError(
                                    "too_many_requests",
                                    "A batch has at most " + mostLines + " lines.",
                                    null,
                                    number)));
                }
                check(text, number, endpoint, ids, errors);
                if (errors.size() >= MOST_ERRORS) {
                    return new Check(number, errors);
                }
            }
        } catch (MalformedInputException e) {
            errors.add(new LineError("invalid_utf8", "The file is not UTF-8 after this line.", null, number));
        }
        if (number == 0) {
            errors.add(new LineError("empty_file", "The file has no lines.", null, null));
        }
        return new Check(number, errors);
    }

    private void check(String text, int number, String endpoint, Set<String> ids, List<LineError> errors) {
        try {
            Line line = line(text, number, endpoint);
            if (!ids.add(line.customId())) {
                throw new LineException("duplicate_custom_id", "Another line has the same 'custom_id'.", "custom_id");
            }
        } catch (LineException e) {
            errors.add(new LineError(e.code, String.valueOf(e.getMessage()), e.param, number));
        }
    }

    /** A line that was checked before. */
    Line read(String text, int number, String endpoint) {
        return line(text, number, endpoint);
    }

    private Line line(String text, int number, String endpoint) {
        JsonNode node = tree(text);
        String id = node.path("custom_id").asString("");
        if (!node.path("custom_id").isString() || id.isBlank() || id.length() > LONGEST_ID) {
            throw new LineException(
                    "invalid_custom_id", "'custom_id' must be 1 to " + LONGEST_ID + " characters.", "custom_id");
        }
        if (!node.path("method").asString("").equals("POST")) {
            throw new LineException("invalid_method", "'method' must be POST.", "method");
        }
        if (!node.path("url").asString("").equals(endpoint)) {
            throw new LineException(
                    "mismatched_endpoint", "'url' must be the endpoint of the batch, " + endpoint + ".", "url");
        }
        if (!node.path("body").isObject()) {
            throw new LineException("invalid_body", "'body' must be a JSON object.", "body");
        }
        byte[] body = json.writeValueAsBytes(node.path("body"));
        return new Line(number, id, envelope(body), body);
    }

    private JsonNode tree(String text) {
        try {
            JsonNode node = json.readTree(text);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // Told below.
        }
        throw new LineException("invalid_json_line", "This line is not one valid JSON object.", null);
    }

    private Envelope envelope(byte[] body) {
        if (body.length > maxBody) {
            throw new LineException(
                    "request_too_large", "'body' is larger than the limit of " + maxBody + " bytes.", "body");
        }
        try {
            Envelope envelope = envelopes.read(body);
            if (envelope.stream()) {
                throw new LineException("invalid_body", "A request of a batch can't be streamed.", "body.stream");
            }
            return envelope;
        } catch (ProblemException e) {
            throw new LineException(
                    e.problem().code().wire(),
                    e.problem().message(),
                    "body." + e.problem().param());
        }
    }
}
