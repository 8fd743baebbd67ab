// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.edge;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Finds the problem behind a failure of a request. */
final class Problems {

    private static final Problem NO_DATABASE = new Problem(
            ProblemCode.DATABASE_UNAVAILABLE,
            "The registry can't reach its database; try again.",
            null,
            Duration.ofSeconds(2));

    /** How systems say that a disk has no room: the JDK has no type for it. */
    private static final List<String> NO_ROOM_IN_WORDS =
            List.of("No space left on device", "Disk quota exceeded", "There is not enough space on the disk");

    private static final Problem NO_ROOM = new Problem(
            ProblemCode.STORE_UNAVAILABLE,
            "The registry's disk is full; what has come of an upload is kept. Try again later.",
            null,
            Duration.ofSeconds(30));

    private Problems() {}

    static Problem of(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            Problem problem = known(at);
            if (problem != null) {
                return problem;
            }
        }
        if (failure instanceof ResponseStatusException status) {
            return byStatus(status);
        }
        return Problem.of(
                ProblemCode.INTERNAL_ERROR,
                "The registry failed; its log tells more under the request id of the header x-request-id.");
    }

    private static @Nullable Problem known(Throwable failure) {
        return switch (failure) {
            case ProblemException problem -> problem.problem();
            case DataBufferLimitException _ ->
                Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The JSON body is larger than 1 MiB.");
            case JacksonException json -> json(json);
            case IOException io when isOutOfRoom(io) -> NO_ROOM;
            case AbortedException _, TimeoutException _ ->
                Problem.of(ProblemCode.DEADLINE_EXCEEDED, "The body stopped coming; send it again.");
            case CannotCreateTransactionException _,
                    TransactionSystemException _,
                    DataAccessResourceFailureException _,
                    TransientDataAccessResourceException _,
                    RecoverableDataAccessException _,
                    QueryTimeoutException _ -> NO_DATABASE;
            // PostgreSQL gives each of its errors a state; what has none comes from the pool or the driver.
            case UncategorizedSQLException sql
            when sql.getSQLException() instanceof SQLException cause && cause.getSQLState() == null -> NO_DATABASE;
            default -> null;
        };
    }

    private static boolean isOutOfRoom(IOException failure) {
        String message = failure.getMessage();
        return message != null && NO_ROOM_IN_WORDS.stream().anyMatch(message::contains);
    }

    private static Problem json(JacksonException failure) {
        return switch (failure) {
            case UnrecognizedPropertyException unknown ->
                new Problem(
                        ProblemCode.UNSUPPORTED_PARAMETER,
                        "The field is not known; known are " + unknown.getKnownPropertyIds() + ".",
                        path(unknown),
                        null);
            case DatabindException typed ->
                new Problem(ProblemCode.INVALID_VALUE, "The value has the wrong type.", path(typed), null);
            case StreamReadException broken ->
                Problem.of(
                        ProblemCode.INVALID_JSON,
                        "The body is not JSON: " + firstLine(broken.getOriginalMessage()) + " (line "
                                + broken.getLocation().getLineNr() + ", column "
                                + broken.getLocation().getColumnNr() + ").");
            default -> Problem.of(ProblemCode.INVALID_JSON, "The body is not JSON.");
        };
    }

    private static @Nullable String path(DatabindException failure) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference at : failure.getPath()) {
            if (at.getPropertyName() == null) {
                path.append('[').append(at.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(at.getPropertyName());
            }
        }
        return path.isEmpty() ? null : path.toString();
    }

    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() > 160 ? line.substring(0, 160) : line;
    }

    private static Problem byStatus(ResponseStatusException failure) {
        return switch (failure) {
            case MethodNotAllowedException method ->
                Problem.of(
                        ProblemCode.METHOD_NOT_ALLOWED,
                        "Allowed here are " + method.getSupportedMethods() + ", not " + method.getHttpMethod() + ".");
            case UnsupportedMediaTypeStatusException _, NotAcceptableStatusException _ ->
                Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send and accept application/json.");
            case ServerWebInputException input
            when input.getCause() instanceof DecodingException ->
                Problem.of(ProblemCode.INVALID_JSON, "The body is not the JSON object this path expects.");
            case ServerWebInputException _ ->
                Problem.of(ProblemCode.INVALID_VALUE, "A parameter or the body is missing or has the wrong type.");
            default -> byNumber(failure.getStatusCode().value());
        };
    }

    private static Problem byNumber(int status) {
        return switch (status) {
            case 404 -> Problem.of(ProblemCode.NOT_FOUND, "Nothing is at this path.");
            case 413 -> Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The body is too large.");
            default ->
                status < 500
                        ? Problem.of(ProblemCode.INVALID_VALUE, "The request is not understood.")
                        : Problem.of(ProblemCode.INTERNAL_ERROR, "The registry failed.");
        };
    }
}
