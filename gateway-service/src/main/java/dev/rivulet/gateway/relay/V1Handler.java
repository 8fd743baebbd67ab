// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.inference.contract.ModelList;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Everything under {@code /v1}: which path takes which method, and what becomes of it. */
final class V1Handler implements WebHandler {

    private static final String MODELS = "/v1/models";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final CompletionHandler completions;
    private final List<Dialect> dialects;
    private final List<ApiRoute> others;
    private final ServedModels models;
    private final JsonMapper json;

    V1Handler(
            CompletionHandler completions,
            List<Dialect> dialects,
            List<ApiRoute> others,
            ServedModels models,
            JsonMapper json) {
        this.completions = completions;
        this.dialects = List.copyOf(dialects);
        this.others = List.copyOf(others);
        this.models = models;
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        Optional<Endpoint> endpoint = Endpoint.at(path);
        if (endpoint.isPresent()) {
            requireMethod(exchange, Set.of(HttpMethod.POST));
            return completions.handle(exchange, endpoint.get().path());
        }
        Optional<Dialect> dialect =
                dialects.stream().filter(one -> one.path().equals(path)).findFirst();
        if (dialect.isPresent()) {
            requireMethod(exchange, Set.of(HttpMethod.POST));
            return completions.handle(exchange, dialect.get().asks());
        }
        if (path.equals(MODELS)) {
            requireMethod(exchange, READING);
            return write(exchange, models.list());
        }
        if (path.startsWith(MODELS + "/")) {
            requireMethod(exchange, READING);
            return write(exchange, model(path.substring(MODELS.length() + 1)));
        }
        ApiRoute other =
                others.stream().filter(route -> route.serves(path)).findFirst().orElseThrow(() -> nothingAt(path));
        requireMethod(exchange, other.methods(path));
        return other.handle(exchange);
    }

    private ModelList.Model model(String encoded) {
        String name = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        return models.find(name)
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        "model",
                        "No model '" + Shown.text(name) + "' is ready here. GET " + MODELS
                                + " lists those that are.")));
    }

    private Mono<Void> write(ServerWebExchange exchange, Object answer) {
        byte[] body = json.writeValueAsBytes(answer);
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().setCacheControl("no-store");
        Passage.of(exchange).sent(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private ProblemException nothingAt(String path) {
        String rest = others.stream().map(route -> ", " + route.path()).collect(Collectors.joining());
        return new ProblemException(Problem.of(
                ProblemCode.NOT_FOUND,
                "There is nothing at " + Shown.text(path) + ". This gateway has " + Endpoint.all() + rest + " and "
                        + MODELS + "."));
    }

    private static void requireMethod(ServerWebExchange exchange, Set<HttpMethod> allowed) {
        HttpMethod method = exchange.getRequest().getMethod();
        if (!allowed.contains(method)) {
            exchange.getResponse().getHeaders().setAllow(allowed);
            throw new ProblemException(Problem.of(
                    ProblemCode.METHOD_NOT_ALLOWED,
                    "This path takes "
                            + allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(" and "))
                            + "."));
        }
    }
}
