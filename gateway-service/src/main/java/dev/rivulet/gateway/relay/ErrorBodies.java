// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns every failure into a {@link Problem}, and a problem into OpenAI's error object with all four keys. */
final class ErrorBodies {

    private static final Logger log = LoggerFactory.getLogger(ErrorBodies.class);
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);
    private static final Duration DISK_AGAIN = Duration.ofSeconds(30);

    private final JsonMapper json;

    ErrorBodies(JsonMapper json) {
        this.json = json;
    }

    /** The body of an error answer. */
    byte[] body(Problem problem) {
        return json.writeValueAsBytes(OpenAiError.of(problem));
    }

    /** The body of an error answer, in the form that its request has. */
    byte[] body(Problem problem, Passage passage) {
        return passage.dialect()
                .map(dialect -> dialect.error(problem, passage.id()))
                .orElseGet(() -> body(problem));
    }

    /** The error as one event of a stream, in the form that its request has. */
    byte[] event(Problem problem, Passage passage) {
        return passage.dialect()
                .map(dialect -> dialect.errorEvent(problem, passage.id()))
                .orElseGet(() -> event(problem));
    }

    /** The error as one event of a stream. */
    byte[] event(Problem problem) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(256);
        event.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        event.writeBytes(body(problem));
        event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        return event.toByteArray();
    }

    /** What a failure is to the caller. Faults of our own are logged here, with their stack, and told without it. */
    Problem problem(Throwable failure) {
        return switch (failure) {
            case ProblemException known -> known.problem();
            case ResponseStatusException status ->
                ofStatus(status.getStatusCode().value());
            case TimeoutException late ->
                Problem.of(
                        ProblemCode.REPLICA_TIMEOUT, "The replica has not answered in time. Send this request again.");
            case IOException lost ->
                Problem.of(
                                ProblemCode.REPLICA_LOST,
                                "The connection to the replica was lost within its answer. Send this request again.")
                        .retryAfter(COME_AGAIN);
            case UncheckedIOException disk -> {
                log.error("The disk of the gateway fails", disk);
                yield Problem.of(
                                ProblemCode.STORE_UNAVAILABLE,
                                "The gateway can't keep or read this on its disk now; its log has the reason. Answers need no"
                                        + " disk and go on. Try again in a moment.")
                        .retryAfter(DISK_AGAIN);
            }
            default -> {
                log.error("A request failed by a fault of the gateway", failure);
                yield Problem.of(
                        ProblemCode.INTERNAL_ERROR,
                        "The gateway failed. Its log has the reason under the id of the header x-request-id.");
            }
        };
    }

    /** Whether a body is an error object that may be passed on as it is. */
    Optional<String> codeOf(byte[] body) {
        try {
            JsonNode error = json.readTree(body).path("error");
            boolean whole = error.has("message") && error.has("type") && error.has("param") && error.has("code");
            return whole && error.get("message").isString()
                    ? Optional.of(error.get("code").asString("upstream_error"))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The problem in an answer that is none, for a stream that has begun; its body is read up to the limit. */
    Mono<Problem> ofReplica(Answer answer, int limit) {
        return answer.bytes(limit)
                .map(body -> ofReplica(answer.status(), body))
                .defaultIfEmpty(unexpected(answer.status()));
    }

    /** An answer of a replica that can't be passed on. */
    Problem unexpected(int status) {
        return status == 401 || status == 403
                ? Problem.of(
                        ProblemCode.REPLICA_LOST,
                        "The replica does not know this gateway: RIVULET_INTERNAL_TOKEN differs between them.")
                : Problem.of(
                        ProblemCode.REPLICA_LOST,
                        "The replica answered with status " + status + " in a form that this gateway does not know.");
    }

    private Problem ofReplica(int status, byte[] body) {
        if (codeOf(body).isEmpty() || status == 401 || status == 403) {
            return unexpected(status);
        }
        JsonNode error = json.readTree(body).path("error");
        return new Problem(
                code(error.path("code").asString("")),
                error.path("message").asString("The replica failed."),
                error.path("param").isString() ? error.path("param").asString() : null,
                null);
    }

    private static ProblemCode code(String wire) {
        for (ProblemCode code : ProblemCode.values()) {
            if (code.name().equals(wire.toUpperCase(Locale.ROOT))) {
                return code;
            }
        }
        return ProblemCode.REPLICA_LOST;
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");
            case 405 -> Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This path does not take that method.");
            case 413 -> Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The request is too large.");
            case 415 -> Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json.");
            default ->
                status < 500
                        ? Problem.of(ProblemCode.INVALID_VALUE, "The request can't be understood.")
                        : Problem.of(ProblemCode.INTERNAL_ERROR, "The gateway failed.");
        };
    }
}
