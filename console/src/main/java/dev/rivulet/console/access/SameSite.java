// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Whether a request that changes something comes from the console's own page: the browser tells its origin, host and port, which
 * no page can forge. Stricter than the rule of every service, for which another port of this machine is no stranger.
 */
final class SameSite {

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private SameSite() {}

    static boolean isForeign(HttpMethod method, HttpHeaders headers) {
        if (READING.contains(method)) {
            return false;
        }
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        if (origin != null) {
            String authority = headers.getFirst(HttpHeaders.HOST);
            return authority == null || !authority.equalsIgnoreCase(authorityOf(origin));
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static @Nullable String authorityOf(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
