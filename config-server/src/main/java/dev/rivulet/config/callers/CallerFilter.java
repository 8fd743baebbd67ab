// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

import dev.rivulet.access.AccessAutoConfiguration;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import dev.rivulet.problems.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/** Finds out who calls and holds his role against what the request wants. Comes after the filter that lets only known tokens in. */
final class CallerFilter extends OncePerRequestFilter implements Ordered {

    private static final Logger log = LoggerFactory.getLogger(CallerFilter.class);
    private static final String BEARER = "Bearer ";
    /** A service acts for a person whose token this is. */
    private static final String PERSON = "X-Rivulet-Principal-Token";

    private final Callers callers;

    CallerFilter(Callers callers) {
        this.callers = callers;
    }

    @Override
    public int getOrder() {
        return AccessAutoConfiguration.FILTER_ORDER + 10;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            request.setAttribute(Caller.ATTRIBUTE, allowed(request));
        } catch (ProblemException refused) {
            answer(response, refused.problem());
            return;
        }
        chain.doFilter(request, response);
    }

    private Caller allowed(HttpServletRequest request) {
        Caller caller = caller(request);
        if (!caller.service()) {
            check(caller, request);
        }
        return caller;
    }

    private Caller caller(HttpServletRequest request) {
        Caller shown = bearer(request.getHeader(HttpHeaders.AUTHORIZATION))
                .flatMap(callers::find)
                .orElse(Caller.SERVICE);
        String person = request.getHeader(PERSON);
        if (!shown.service() || person == null) {
            return shown;
        }
        return callers.find(person)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemCode.INSUFFICIENT_SCOPE,
                        "Nobody has the token in the header " + PERSON
                                + "; people and the SHA-256 of their tokens are set as rivulet.callers.principals.")));
    }

    private static void check(Caller caller, HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Optional<Role> wanted = Rights.wanted(request.getMethod(), path);
        if (wanted.isEmpty() || caller.role().compareTo(wanted.get()) < 0) {
            log.atWarn()
                    .addKeyValue("caller", caller.name())
                    .log("'{}' was refused {}", caller.name(), request.getMethod());
            throw new ProblemException(
                    Problem.of(
                            ProblemCode.INSUFFICIENT_SCOPE,
                            wanted.map(role -> "'" + caller.name() + "' has not the role "
                                            + role.name().toLowerCase(Locale.ROOT)
                                            + ", which this wants; it is set as rivulet.callers.principals."
                                            + caller.name()
                                            + ".role of config-server.")
                                    .orElse(
                                            "This path is for Rivulet's own services: a token of a person opens /api/config alone.")));
        }
    }

    private static Optional<String> bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private static void answer(HttpServletResponse response, Problem problem) throws IOException {
        response.setStatus(problem.code().status());
        response.setContentType(ProblemDetails.MEDIA_TYPE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.getOutputStream().write(JsonMapper.shared().writeValueAsBytes(ProblemDetails.of(problem)));
    }
}
