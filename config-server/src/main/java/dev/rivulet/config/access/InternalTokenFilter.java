package dev.rivulet.config.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Demands {@code Authorization: Bearer <token>} on every path except the two probes, once a token is set. Without a token the
 * server starts on a loopback address alone.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class InternalTokenFilter extends OncePerRequestFilter {

    private static final Set<String> PROBES = Set.of("/actuator/health/liveness", "/actuator/health/readiness");
    private static final String SCHEME = "Bearer ";
    private static final String BODY = """
            {"type":"urn:rivulet:problem:invalid_api_key","title":"invalid api key","status":401,\
            "detail":"Send the internal token of this installation as `Authorization: Bearer`.",\
            "code":"invalid_api_key"}""";

    private final AccessSettings settings;

    InternalTokenFilter(AccessSettings settings, ServerProperties server) {
        this.settings = settings;
        InetAddress address = server.getAddress();
        if (settings.open() && (address == null || !address.isLoopbackAddress())) {
            throw new OpenAddressException(address == null ? "every address" : address.getHostAddress());
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (settings.open()
                || PROBES.contains(request.getRequestURI())
                || matches(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"rivulet\"");
        response.setContentType("application/problem+json");
        response.getWriter().write(BODY);
    }

    private boolean matches(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        utf8(settings.token()),
                        utf8(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
