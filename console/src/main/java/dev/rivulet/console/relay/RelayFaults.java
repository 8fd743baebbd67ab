// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/** What the browser is told when the console itself can't hand a request on. */
@RestControllerAdvice
class RelayFaults {

    private static final Logger log = LoggerFactory.getLogger(RelayFaults.class);

    private final GatewaySettings settings;

    RelayFaults(GatewaySettings settings) {
        this.settings = settings;
    }

    @ExceptionHandler(ProblemException.class)
    ResponseEntity<OpenAiError> told(ProblemException e) {
        return answer(e.problem());
    }

    @ExceptionHandler(DataBufferLimitException.class)
    ResponseEntity<OpenAiError> tooLarge() {
        return answer(Problem.of(
                ProblemCode.REQUEST_TOO_LARGE,
                "The request is larger than the " + settings.maxBody().toKilobytes()
                        + " KiB that the console takes: start a new chat, or send smaller pictures."));
    }

    @ExceptionHandler(WebClientRequestException.class)
    ResponseEntity<OpenAiError> unreachable(WebClientRequestException e) {
        log.warn("{} does not answer: {}", e.getUri(), e.getMessage());
        boolean gateway = e.getUri().getPort() == settings.url().getPort()
                && e.getUri().getHost().equals(settings.url().getHost());
        return answer(Problem.of(
                ProblemCode.REPLICA_LOST,
                (gateway ? "The gateway" : "The service at " + e.getUri().getAuthority())
                        + " does not answer; it may still be starting. `./rivulet status` shows every part."));
    }

    private static ResponseEntity<OpenAiError> answer(Problem problem) {
        return ResponseEntity.status(problem.code().status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(OpenAiError.of(problem));
    }
}
