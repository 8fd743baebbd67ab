// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Optional;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The browser's way to the gateway, with the console's key: chats, sound, and the keys of callers. */
@RestController
class GatewayRelay {

    private static final byte[] NOTHING = {};

    private final WebClient gateway;
    private final GatewaySettings settings;

    GatewayRelay(WebClient gatewayClient, GatewaySettings settings) {
        this.gateway = gatewayClient;
        this.settings = settings;
    }

    @PostMapping("/api/chat")
    Mono<Void> chat(ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.body(request, settings.maxBody())
                .switchIfEmpty(missing("a chat as JSON"))
                .flatMap(body -> Passing.on(
                        gateway.method(HttpMethod.POST).uri("/v1/chat/completions"), request, body, response));
    }

    /**
     * For commands that a person copies.
     *
     * @param url of the gateway, as the console knows it
     */
    record Address(String url) {}

    @GetMapping("/api/gateway")
    Address address() {
        return new Address(settings.url().toString());
    }

    @GetMapping("/api/models")
    Mono<Void> models(ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.on(gateway.method(HttpMethod.GET).uri("/v1/models"), request, NOTHING, response);
    }

    /** {@code commands} takes a recording with {@code ?model=}, {@code transcriptions} a form. */
    @PostMapping({"/api/audio/commands", "/api/audio/transcriptions"})
    Mono<Void> sound(ServerHttpRequest request, ServerHttpResponse response) {
        String path =
                request.getPath().value().endsWith("/commands") ? "/v1/audio/commands" : "/v1/audio/transcriptions";
        Optional<String> model = Optional.ofNullable(request.getQueryParams().getFirst("model"));
        return Passing.body(request, settings.maxBody())
                .switchIfEmpty(missing("a recording"))
                .flatMap(body -> Passing.on(
                        gateway.method(HttpMethod.POST)
                                .uri(uri -> uri.path(path)
                                        .queryParamIfPresent("model", model)
                                        .build()),
                        request,
                        body,
                        response));
    }

    @GetMapping("/api/keys")
    Mono<Void> keys(ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.on(gateway.method(HttpMethod.GET).uri("/admin/keys"), request, NOTHING, response);
    }

    @PostMapping("/api/keys")
    Mono<Void> newKey(ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.body(request, settings.maxBody())
                .switchIfEmpty(missing("what the key may do as JSON"))
                .flatMap(body ->
                        Passing.on(gateway.method(HttpMethod.POST).uri("/admin/keys"), request, body, response));
    }

    @DeleteMapping("/api/keys/{id}")
    Mono<Void> revoke(@PathVariable String id, ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.on(gateway.method(HttpMethod.DELETE).uri("/admin/keys/{id}", id), request, NOTHING, response);
    }

    @PostMapping("/api/keys/{id}/rotate")
    Mono<Void> rotate(@PathVariable String id, ServerHttpRequest request, ServerHttpResponse response) {
        return Passing.body(request, settings.maxBody())
                .defaultIfEmpty(NOTHING)
                .flatMap(body -> Passing.on(
                        gateway.method(HttpMethod.POST).uri("/admin/keys/{id}/rotate", id), request, body, response));
    }

    private static <T> Mono<T> missing(String what) {
        return Mono.error(() -> new ProblemException(
                Problem.of(ProblemCode.INVALID_JSON, "The request has no body; send " + what + ".")));
    }
}
