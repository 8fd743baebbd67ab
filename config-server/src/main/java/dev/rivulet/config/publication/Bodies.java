// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Bodies of requests, read strictly: unknown fields, double keys and more than 1 MiB are refused. */
final class Bodies {

    private static final int LARGEST = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Bodies() {}

    /** Of {@code POST …/revisions}. */
    record Changes(
            @Nullable Long revision,
            @Nullable Map<String, String> set,
            @Nullable Map<String, String> secrets,
            @Nullable List<String> remove) {

        Publication publication() {
            return new Publication(
                    required(revision),
                    set == null ? Map.of() : set,
                    secrets == null ? Map.of() : secrets,
                    remove == null ? List.of() : remove);
        }
    }

    /** Of {@code PUT …/values/{key}}. */
    record Value(
            @Nullable Long revision,
            @Nullable String value,
            @Nullable Boolean secret) {

        Publication publication(String key) {
            if (value == null) {
                throw missing("value");
            }
            Map<String, String> values = Map.of(key, value);
            return Boolean.TRUE.equals(secret)
                    ? new Publication(required(revision), Map.of(), values, List.of())
                    : new Publication(required(revision), values, Map.of(), List.of());
        }
    }

    /** Of {@code POST …/rollback}. */
    record Rollback(@Nullable Long revision, @Nullable Long to) {

        long seen() {
            return required(revision);
        }

        long target() {
            if (to == null) {
                throw missing("to");
            }
            return to;
        }
    }

    static <T> T read(HttpServletRequest request, Class<T> type) throws IOException {
        byte[] body = request.getInputStream().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            throw new ProblemException(
                    Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The body is larger than 1 MiB: publish in parts."));
        }
        try {
            T read = JSON.readValue(body, type);
            if (read == null) {
                throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body is null."));
            }
            return read;
        } catch (UnrecognizedPropertyException unknown) {
            throw new ProblemException(Problem.at(
                    ProblemCode.UNSUPPORTED_PARAMETER,
                    unknown.getPropertyName(),
                    "The field is not known; known are " + unknown.getKnownPropertyIds() + "."));
        } catch (JacksonException broken) {
            // Its message quotes the body, which may hold a secret.
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_JSON,
                    "The body is not the JSON that belongs here (line "
                            + broken.getLocation().getLineNr() + ", column "
                            + broken.getLocation().getColumnNr() + "): see docs/configuration.md."));
        }
    }

    private static long required(@Nullable Long revision) {
        if (revision == null) {
            throw missing("revision");
        }
        return revision;
    }

    private static ProblemException missing(String field) {
        String hint = field.equals("revision")
                ? ": the newest revision that you have read, 0 where nothing was published"
                : "";
        return new ProblemException(
                Problem.at(ProblemCode.MISSING_PARAMETER, field, "The field is missing" + hint + "."));
    }
}
