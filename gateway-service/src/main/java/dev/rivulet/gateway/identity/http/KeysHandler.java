// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyAdministration;
import dev.rivulet.gateway.identity.KeyAdministration.Made;
import dev.rivulet.gateway.identity.http.KeyJson.Change;
import dev.rivulet.gateway.identity.http.KeyJson.Page;
import dev.rivulet.gateway.identity.http.KeyJson.Rotation;
import dev.rivulet.gateway.identity.http.KeyJson.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /admin/keys}: GET lists, POST makes one; {@code /admin/keys/{id}}: GET shows, PATCH changes, DELETE revokes;
 * {@code /admin/keys/{id}/rotate}: POST gives it a new secret. Fields that nobody may set are refused by name.
 */
final class KeysHandler implements WebHandler {

    static final String PATH = "/admin/keys";

    private static final String ROTATE = "/rotate";
    private static final int LARGEST_BODY = 16_384;
    private static final long DEFAULT_GRACE_SECONDS = 3_600;
    private static final Duration SLOWEST_BODY = Duration.ofSeconds(10);

    private final KeyAdministration keys;
    private final Audit audit;
    private final InstantSource clock;
    private final JsonMapper json;

    KeysHandler(KeyAdministration keys, Audit audit, InstantSource clock, JsonMapper json) {
        this.keys = keys;
        this.audit = audit;
        this.clock = clock;
        this.json = json.rebuild()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        if (path.equals(PATH)) {
            return collection(exchange);
        }
        String rest = path.substring(PATH.length() + 1);
        return rest.endsWith(ROTATE)
                ? rotation(exchange, rest.substring(0, rest.length() - ROTATE.length()))
                : one(exchange, rest);
    }

    private Mono<Void> collection(ServerWebExchange exchange) {
        HttpMethod method = requireMethod(exchange, HttpMethod.GET, HttpMethod.POST);
        if (method == HttpMethod.GET) {
            return write(
                    exchange,
                    HttpStatus.OK,
                    new Page(keys.all().stream().map(this::shown).toList()));
        }
        Caller by = AdminFilter.caller(exchange);
        return read(exchange, Change.class)
                .flatMap(change -> {
                    if (change.name() == null) {
                        throw new ProblemException(
                                Problem.at(ProblemCode.MISSING_PARAMETER, "name", "'name' is missing."));
                    }
                    return keys.create(by, change.name(), change.wanted());
                })
                .flatMap(made -> shownOnce(exchange, "key.created", HttpStatus.CREATED, made));
    }

    private Mono<Void> one(ServerWebExchange exchange, String id) {
        HttpMethod method = requireMethod(exchange, HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE);
        Caller by = AdminFilter.caller(exchange);
        if (method == HttpMethod.GET) {
            return write(exchange, HttpStatus.OK, shown(keys.get(id)));
        }
        if (method == HttpMethod.DELETE) {
            return keys.revoke(by, id).flatMap(key -> changed(exchange, "key.revoked", key));
        }
        return read(exchange, Change.class)
                .flatMap(change -> {
                    if (change.name() != null) {
                        throw new ProblemException(Problem.at(
                                ProblemCode.INVALID_VALUE, "name", "The name of a key stays. Make another key."));
                    }
                    return keys.change(by, id, change.wanted());
                })
                .flatMap(key -> changed(exchange, "key.changed", key));
    }

    private Mono<Void> rotation(ServerWebExchange exchange, String id) {
        requireMethod(exchange, HttpMethod.POST);
        Caller by = AdminFilter.caller(exchange);
        return read(exchange, Rotation.class)
                .flatMap(rotation -> {
                    Long grace = rotation.graceSeconds();
                    return keys.rotate(by, id, Duration.ofSeconds(grace == null ? DEFAULT_GRACE_SECONDS : grace));
                })
                .flatMap(made -> shownOnce(exchange, "key.rotated", HttpStatus.OK, made));
    }

    private Mono<Void> shownOnce(ServerWebExchange exchange, String action, HttpStatus status, Made made) {
        audit.keyChanged(action, AdminFilter.caller(exchange), made.key(), AdminFilter.requestId(exchange));
        return write(exchange, status, Shown.of(made, clock.instant()));
    }

    private Mono<Void> changed(ServerWebExchange exchange, String action, ApiKey key) {
        audit.keyChanged(action, AdminFilter.caller(exchange), key, AdminFilter.requestId(exchange));
        return write(exchange, HttpStatus.OK, shown(key));
    }

    private Shown shown(ApiKey key) {
        return Shown.of(key, clock.instant());
    }

    /** An absent body is an empty object. */
    private <T> Mono<T> read(ServerWebExchange exchange, Class<T> type) {
        ServerHttpRequest request = exchange.getRequest();
        MediaType sent = request.getHeaders().getContentType();
        boolean empty = request.getHeaders().getContentLength() == 0;
        if (!empty && (sent == null || !sent.isCompatibleWith(MediaType.APPLICATION_JSON))) {
            throw new ProblemException(Problem.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as JSON with 'Content-Type: application/json'."));
        }
        return DataBufferUtils.join(request.getBody(), LARGEST_BODY)
                .timeout(SLOWEST_BODY)
                .map(KeysHandler::bytes)
                .defaultIfEmpty(new byte[] {'{', '}'})
                .map(body -> parsed(body, type))
                .onErrorMap(
                        DataBufferLimitException.class,
                        tooLarge -> new ProblemException(Problem.of(
                                ProblemCode.REQUEST_TOO_LARGE, "The body has at most " + LARGEST_BODY + " bytes.")));
    }

    private <T> T parsed(byte[] body, Class<T> type) {
        try {
            T read = json.readValue(body, type);
            if (read == null) {
                throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body must be a JSON object."));
            }
            return read;
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_VALUE, "The body can't be read: " + firstLine(e.getOriginalMessage())));
        }
    }

    private Mono<Void> write(ServerWebExchange exchange, HttpStatus status, Object answer) {
        byte[] body = json.writeValueAsBytes(answer);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("it is not what is expected").strip();
    }

    private static HttpMethod requireMethod(ServerWebExchange exchange, HttpMethod... allowed) {
        HttpMethod method = exchange.getRequest().getMethod();
        Set<HttpMethod> all = Set.of(allowed);
        if (!all.contains(method)) {
            exchange.getResponse().getHeaders().setAllow(all);
            throw new ProblemException(Problem.of(
                    ProblemCode.METHOD_NOT_ALLOWED,
                    "This path takes "
                            + all.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", ")) + "."));
        }
        return method;
    }
}
