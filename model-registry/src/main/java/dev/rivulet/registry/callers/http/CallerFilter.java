// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers.http;

import dev.rivulet.access.AccessAutoConfiguration;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.callers.AuditEntry;
import dev.rivulet.registry.callers.AuditLog;
import dev.rivulet.registry.callers.Caller;
import dev.rivulet.registry.callers.Callers;
import dev.rivulet.registry.callers.Rights;
import dev.rivulet.registry.callers.Role;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Finds out who calls, holds his roles against what the request wants, and keeps what it came to before the answer goes out. Comes
 * after the filter that lets only known tokens in.
 */
@Component
class CallerFilter implements WebFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(CallerFilter.class);
    private static final String BEARER = "Bearer ";
    private static final int NO_DATABASE = 503;
    private static final String PERSON = "X-Rivulet-Principal-Token";

    private final Callers callers;
    private final AuditLog audit;
    private final Clock clock;

    CallerFilter(Callers callers, AuditLog audit, Clock clock) {
        this.callers = callers;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public int getOrder() {
        return AccessAutoConfiguration.FILTER_ORDER + 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        String method = request.getMethod().name();
        PathContainer path = request.getPath().pathWithinApplication();
        Caller caller = caller(request.getHeaders());
        exchange.getAttributes().put(Caller.ATTRIBUTE, caller);
        if (Rights.changes(method, path)) {
            keep(exchange, caller, method, path);
        }
        Role wanted = Rights.wanted(method, path);
        if (!caller.may(wanted)) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    "'" + caller.name() + "' has not the role " + wanted.wire()
                            + ", which this wants; roles are set as rivulet.callers.principals." + caller.name()
                            + ".roles of the registry.")));
        }
        return chain.filter(exchange);
    }

    private Caller caller(HttpHeaders headers) {
        String authorization = headers.getFirst(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Caller.SERVICE;
        }
        return callers.find(authorization.substring(BEARER.length()).strip()).orElse(Caller.SERVICE);
    }

    private void keep(ServerWebExchange exchange, Caller caller, String method, PathContainer path) {
        String person = person(caller, exchange.getRequest().getHeaders());
        exchange.getResponse()
                .beforeCommit(() -> Mono.fromRunnable(
                                () -> add(entry(exchange, caller.name(), person, method, path.value())))
                        .subscribeOn(Schedulers.boundedElastic())
                        .then());
    }

    private @Nullable String person(Caller caller, HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(PERSON))
                .filter(_ -> caller.service())
                .flatMap(callers::find)
                .map(Caller::name)
                .orElse(null);
    }

    private AuditEntry entry(
            ServerWebExchange exchange, String who, @Nullable String person, String method, String path) {
        HttpStatusCode answered = exchange.getResponse().getStatusCode();
        int status = answered == null ? 200 : answered.value();
        String id =
                Objects.requireNonNullElse(exchange.getResponse().getHeaders().getFirst("x-request-id"), "");
        return new AuditEntry(0, clock.instant(), who, person, method, path, status, AuditEntry.outcome(status), id);
    }

    /** A change that was made is not taken back because it can't be told; the log tells it then. */
    private void add(AuditEntry entry) {
        if (entry.status() == NO_DATABASE) {
            log.warn("Not in the audit, for the database is away: {}", entry);
            return;
        }
        try {
            audit.add(entry);
        } catch (RuntimeException e) {
            log.error("Not in the audit: {}", entry, e);
        }
    }
}
