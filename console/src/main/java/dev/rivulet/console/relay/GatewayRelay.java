package dev.rivulet.console.relay;

import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/**
 * The browser's way to the gateway. Bytes pass as they come and only as fast as the browser reads; when the browser leaves, the
 * gateway's connection is closed and its sequence ends.
 */
@RestController
class GatewayRelay {

    private static final Logger log = LoggerFactory.getLogger(GatewayRelay.class);
    private static final List<String> KEPT =
            List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.RETRY_AFTER, "x-request-id", "Server-Timing");

    private final WebClient gateway;
    private final GatewaySettings settings;

    GatewayRelay(WebClient gatewayClient, GatewaySettings settings) {
        this.gateway = gatewayClient;
        this.settings = settings;
    }

    @PostMapping("/api/chat")
    Mono<Void> chat(ServerHttpRequest request, ServerHttpResponse response) {
        return DataBufferUtils.join(
                        request.getBody(), Math.toIntExact(settings.maxBody().toBytes()))
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                        Problem.of(ProblemCode.INVALID_JSON, "The request has no body; send a chat as JSON."))))
                .map(GatewayRelay::bytes)
                .flatMap(body -> gateway.method(HttpMethod.POST)
                        .uri("/v1/chat/completions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .accept(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_JSON)
                        .bodyValue(body)
                        .exchangeToMono(answer -> relay(answer, response)));
    }

    @GetMapping("/api/models")
    Mono<Void> models(ServerHttpResponse response) {
        return gateway.get()
                .uri("/v1/models")
                .accept(MediaType.APPLICATION_JSON)
                .exchangeToMono(answer -> relay(answer, response));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static Mono<Void> relay(ClientResponse answer, ServerHttpResponse response) {
        response.setStatusCode(answer.statusCode());
        HttpHeaders from = answer.headers().asHttpHeaders();
        for (String name : KEPT) {
            List<String> values = from.get(name);
            if (values != null) {
                response.getHeaders().put(name, values);
            }
        }
        response.getHeaders().setCacheControl("no-store");
        return response.writeAndFlushWith(answer.bodyToFlux(DataBuffer.class).map(Mono::just));
    }

    @ExceptionHandler(ProblemException.class)
    ResponseEntity<OpenAiError> told(ProblemException e) {
        return answer(e.problem());
    }

    @ExceptionHandler(DataBufferLimitException.class)
    ResponseEntity<OpenAiError> tooLarge() {
        return answer(Problem.of(
                ProblemCode.REQUEST_TOO_LARGE,
                "The chat is larger than " + settings.maxBody().toKilobytes() + " KiB; start a new one."));
    }

    @ExceptionHandler(WebClientRequestException.class)
    ResponseEntity<OpenAiError> unreachable(WebClientRequestException e) {
        log.warn("The gateway at {} does not answer: {}", settings.url(), e.getMessage());
        return answer(Problem.of(
                ProblemCode.REPLICA_LOST,
                "The gateway does not answer; it may still be starting. `./rivulet status` shows every part."));
    }

    private static ResponseEntity<OpenAiError> answer(Problem problem) {
        return ResponseEntity.status(problem.code().status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(OpenAiError.of(problem));
    }
}
