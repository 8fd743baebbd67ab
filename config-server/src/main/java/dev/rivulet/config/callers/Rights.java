// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which role a request wants of a principal. What is not named here is for services alone: among it the configuration of a service
 * as it is served, in which secrets are in the clear.
 */
final class Rights {

    private static final PathPattern PUBLISHED = PathPatternParser.defaultInstance.parse("/api/config/**");
    private static final List<String> OPERATING = List.of("/encrypt", "/actuator/busrefresh");

    /** What one router might decode, drop or climb up by and another might not. */
    private static final List<String> AMBIGUOUS = List.of("..", "//", ";", "\\", "%2e", "%2f", "%5c", "%3b", "%25");

    private Rights() {}

    /**
     * The role that a principal must have.
     *
     * @param path as it was sent, not decoded
     * @return empty if no principal may
     */
    static Optional<Role> wanted(String method, String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        if (AMBIGUOUS.stream().anyMatch(lower::contains)) {
            return Optional.empty();
        }
        if (OPERATING.contains(path)) {
            return method.equals("POST") ? Optional.of(Role.OPERATOR) : Optional.empty();
        }
        if (!PUBLISHED.matches(PathContainer.parsePath(path))) {
            return Optional.empty();
        }
        return Optional.of(method.equals("GET") || method.equals("HEAD") ? Role.READER : Role.OPERATOR);
    }
}
