// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Failures of {@code /api/config} as {@code application/problem+json}. */
@RestControllerAdvice(basePackages = "dev.rivulet.config")
class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetails> refused(ProblemException refused) {
        return answer(refused.problem());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetails> mistyped(MethodArgumentTypeMismatchException mistyped) {
        return answer(Problem.at(ProblemCode.INVALID_VALUE, mistyped.getName(), "It must be a whole number."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetails> missing(MissingServletRequestParameterException missing) {
        return answer(Problem.at(
                ProblemCode.MISSING_PARAMETER, missing.getParameterName(), "The query parameter is missing."));
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<ProblemDetails> noDatabase(RuntimeException failure) {
        // The message of a statement names no values, which are parameters.
        log.error("The database of config-server failed: {}", failure.getMessage());
        return answer(new Problem(
                ProblemCode.DATABASE_UNAVAILABLE,
                "config-server can't reach its database, nothing was published; try again.",
                null,
                Duration.ofSeconds(2)));
    }

    private static ResponseEntity<ProblemDetails> answer(Problem problem) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(problem.code().status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        problem.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds.toString()));
        return answer.body(ProblemDetails.of(problem));
    }
}
