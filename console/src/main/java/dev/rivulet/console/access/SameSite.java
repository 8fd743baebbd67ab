package dev.rivulet.console.access;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Whether a request comes from the console's own page. A foreign page can't set these headers: a request that changes something
 * must carry our own origin or none (CSRF), and without a sign-in the host name must be one of ours (DNS rebinding).
 *
 * @param hosts accepted host names; empty: every name
 */
record SameSite(Set<String> hosts) {

    static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** Why the request is refused, or null. */
    @Nullable
    String objection(HttpMethod method, HttpHeaders headers) {
        String authority = headers.getFirst(HttpHeaders.HOST);
        if (!hosts.isEmpty() && !hosts.contains(hostName(authority))) {
            return "The console is not known as " + authority + "; open it as localhost, or add the name to"
                    + " rivulet.console.access.hosts.";
        }
        if (READING.contains(method)) {
            return null;
        }
        return foreign(headers, authority) ? "This request came from another site's page." : null;
    }

    private static boolean foreign(HttpHeaders headers, @Nullable String authority) {
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        if (origin != null) {
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

    private static String hostName(@Nullable String authority) {
        if (authority == null) {
            return "";
        }
        int port = authority.lastIndexOf(':');
        String name = port > authority.lastIndexOf(']') ? authority.substring(0, port) : authority;
        return name.toLowerCase(Locale.ROOT);
    }
}
