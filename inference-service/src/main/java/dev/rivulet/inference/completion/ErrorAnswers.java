// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.NoNumbersException;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import dev.rivulet.problems.ProblemException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every failure as an answer: the OpenAI error object under {@code /v1}, that of the Open Inference Protocol under {@code /v2}, RFC
 * 9457 elsewhere. Never a stack, never a 422.
 */
@Component
@Order(-2)
class ErrorAnswers implements WebExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private final JsonMapper json;

    ErrorAnswers(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        Problem problem = problem(exchange, failure);
        Object answer = answer(exchange.getRequest().getPath().value(), problem);
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.CACHE_CONTROL);
        headers.setContentType(
                answer instanceof ProblemDetails
                        ? MediaType.parseMediaType(ProblemDetails.MEDIA_TYPE)
                        : MediaType.APPLICATION_JSON);
        if (failure instanceof ResponseStatusException status) {
            status.getHeaders().forEach(headers::addAll);
        }
        headers.set("x-should-retry", Boolean.toString(problem.code().retryable()));
        problem.retryAfterSeconds().ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        response.setRawStatusCode(problem.code().status());
        byte[] body = json.writeValueAsBytes(answer);
        headers.setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static Object answer(String path, Problem problem) {
        if (path.startsWith("/v2")) {
            return Map.of("error", problem.message());
        }
        return path.startsWith("/v1") ? OpenAiError.of(problem) : ProblemDetails.of(problem);
    }

    private static Problem problem(ServerWebExchange exchange, Throwable failure) {
        return switch (failure) {
            case ProblemException known -> known.problem();
            case ResponseStatusException status -> ofStatus(exchange, status);
            case NoNumbersException damaged -> {
                LOG.error("{} failed: {}", exchange.getRequest().getPath(), damaged.getMessage());
                yield Problem.of(ProblemCode.INTERNAL_ERROR, damaged.told());
            }
            default -> {
                LOG.error("{} failed", exchange.getRequest().getPath(), failure);
                yield Problem.of(
                        ProblemCode.INTERNAL_ERROR,
                        "The replica failed; its log has more under request id " + RequestId.of(exchange) + ".");
            }
        };
    }

    private static Problem ofStatus(ServerWebExchange exchange, ResponseStatusException failure) {
        String path = exchange.getRequest().getMethod() + " "
                + exchange.getRequest().getPath().value();
        HttpStatus status = HttpStatus.resolve(failure.getStatusCode().value());
        return switch (status) {
            case NOT_FOUND ->
                Problem.of(
                        ProblemCode.NOT_FOUND,
                        "There is no " + path
                                + "; there are POST /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/rerank,"
                                + " /v1/classify, /v1/audio/transcriptions and /v1/audio/translations, and GET /v1/models.");
            case METHOD_NOT_ALLOWED ->
                Problem.of(ProblemCode.METHOD_NOT_ALLOWED, path + " is not allowed; see the Allow header.");
            case UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE ->
                Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send and accept application/json.");
            case PAYLOAD_TOO_LARGE, CONTENT_TOO_LARGE ->
                Problem.of(ProblemCode.REQUEST_TOO_LARGE, "The body is too large.");
            case null, default -> {
                if (failure.getStatusCode().is4xxClientError()) {
                    yield Problem.of(ProblemCode.INVALID_VALUE, "The request can't be read.");
                }
                LOG.error("{} failed", path, failure);
                yield Problem.of(ProblemCode.INTERNAL_ERROR, "The replica failed.");
            }
        };
    }
}
