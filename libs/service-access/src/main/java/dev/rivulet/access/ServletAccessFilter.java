// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import dev.rivulet.access.AccessRules.Call;
import dev.rivulet.problems.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/** Puts {@link AccessRules} in front of a servlet service. */
final class ServletAccessFilter extends OncePerRequestFilter implements Ordered {

    private final AccessRules rules;

    ServletAccessFilter(AccessRules rules) {
        this.rules = rules;
    }

    @Override
    public int getOrder() {
        return AccessAutoConfiguration.FILTER_ORDER;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Optional<Problem> objection = rules.objection(new Call(
                path, request.getHeader("Host"), request.getHeader("Origin"), request.getHeader("Authorization")));
        if (objection.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Refusal refusal = Refusal.of(objection.get(), path);
        response.setStatus(refusal.status());
        refusal.headers(response::setHeader);
        response.getOutputStream().write(refusal.body());
    }
}
