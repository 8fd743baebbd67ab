package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** Gives every request its id; lets none under {@code /v1} pass without a key; turns every failure there into an error answer. */
final class EntryFilter implements WebFilter, Ordered {

    static final String REQUEST_ID = "x-request-id";

    private final KeyRing keys;
    private final ErrorWriter errors;
    private final PassageRecorder recorder;
    private final Supplier<UUID> ids;
    private final LongSupplier nanos;

    EntryFilter(KeyRing keys, ErrorWriter errors, PassageRecorder recorder, Supplier<UUID> ids, LongSupplier nanos) {
        this.keys = keys;
        this.errors = errors;
        this.recorder = recorder;
        this.ids = ids;
        this.nanos = nanos;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Passage passage = new Passage(ids.get().toString(), nanos);
        exchange.getAttributes().put(Passage.ATTRIBUTE, passage);
        exchange.getResponse().getHeaders().set(REQUEST_ID, passage.id());
        String path = exchange.getRequest().getPath().value();
        if (!path.equals("/v1") && !path.startsWith("/v1/")) {
            return chain.filter(exchange);
        }
        return Mono.defer(() -> {
                    admit(exchange.getRequest(), passage);
                    return chain.filter(exchange);
                })
                .onErrorResume(failure -> errors.write(exchange, failure))
                .doFinally(signal -> {
                    if (signal == SignalType.CANCEL) {
                        passage.outcome("cancelled");
                    }
                    recorder.record(exchange, passage);
                });
    }

    private void admit(ServerHttpRequest request, Passage passage) {
        HttpHeaders headers = request.getHeaders();
        Authentication outcome =
                keys.authenticate(headers.getFirst(HttpHeaders.AUTHORIZATION), headers.getFirst("x-api-key"));
        passage.ended("auth");
        switch (outcome) {
            case Authentication.Refused refused -> throw new ProblemException(refused.problem());
            case Authentication.Known known -> {
                passage.caller(known.caller());
                requireScope(known.caller());
            }
        }
    }

    private static void requireScope(Caller caller) {
        if (!caller.may(Caller.INFERENCE)) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    "This API key may not do that: it lacks the scope '" + Caller.INFERENCE + "'."));
        }
    }
}
