// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Comparator;
import java.util.List;
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

    private static final Problem SCOPE_MISSING = Problem.of(
            ProblemCode.INSUFFICIENT_SCOPE,
            "This API key may not do that: it lacks the scope '" + Caller.INFERENCE + "'.");

    private final List<Dialect> dialects;
    private final KeyRing keys;
    private final Audit audit;
    private final ErrorWriter errors;
    private final PassageRecorder recorder;
    private final Supplier<UUID> ids;
    private final LongSupplier nanos;

    EntryFilter(
            List<Dialect> dialects,
            KeyRing keys,
            Audit audit,
            ErrorWriter errors,
            PassageRecorder recorder,
            Supplier<UUID> ids,
            LongSupplier nanos) {
        this.dialects = dialects.stream()
                .sorted(Comparator.comparing(Dialect::path).reversed())
                .toList();
        this.keys = keys;
        this.audit = audit;
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
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> tellTimes(exchange, passage)));
        dialects.stream()
                .filter(one -> path.equals(one.path()) || path.startsWith(one.path() + "/"))
                .findFirst()
                .ifPresent(one -> {
                    passage.dialect(one.of(passage));
                    one.requestIdHeader()
                            .ifPresent(
                                    name -> exchange.getResponse().getHeaders().set(name, passage.id()));
                });
        return Mono.defer(() -> authenticated(exchange.getRequest()))
                .flatMap(outcome -> {
                    admit(outcome, exchange, passage);
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

    /** Answers of a model have told their stages already; all others, and failures, tell what they have come to. */
    private static void tellTimes(ServerWebExchange exchange, Passage passage) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        if (!headers.containsHeader(ServerTiming.HEADER)) {
            passage.rest();
            headers.set(ServerTiming.HEADER, ServerTiming.of(passage.stages()));
        }
    }

    private Mono<Authentication> authenticated(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        String key = headers.getFirst("x-api-key");
        return keys.authenticate(
                headers.getFirst(HttpHeaders.AUTHORIZATION),
                key == null ? SocketKey.of(headers).orElse(null) : key);
    }

    private void admit(Authentication outcome, ServerWebExchange exchange, Passage passage) {
        passage.ended("auth");
        switch (outcome) {
            case Authentication.Refused refused -> throw audited(exchange, "-", refused.problem());
            case Authentication.Known known -> {
                passage.caller(known.caller());
                if (!known.caller().may(Caller.INFERENCE)) {
                    throw audited(exchange, known.caller().name(), SCOPE_MISSING);
                }
            }
        }
    }

    private ProblemException audited(ServerWebExchange exchange, String caller, Problem problem) {
        audit.refused(
                caller,
                problem.code().wire(),
                "/v1",
                exchange.getRequest().getRemoteAddress(),
                Passage.of(exchange).id());
        return new ProblemException(problem);
    }
}
