// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The hosts a service answers to. A page of another site that had its name resolved to this machine still sends its own
 * name, which is how DNS rebinding is told from a caller of ours.
 */
final class Hosts {

    private final boolean loopbackOnly;
    private final Set<String> allowed;

    /**
     * @param loopbackOnly whether the service is bound to a loopback address, so that no other name can be meant
     * @param allowed further names, in any case
     */
    Hosts(boolean loopbackOnly, Iterable<String> allowed) {
        this.loopbackOnly = loopbackOnly;
        this.allowed = StreamSupport.stream(allowed.spliterator(), false)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request with this {@code Host} header may be answered; {@code null} is a client without one. */
    boolean answers(@Nullable String hostHeader) {
        if (hostHeader == null || (!loopbackOnly && allowed.isEmpty())) {
            return true;
        }
        String name = nameOf(hostHeader);
        return isLoopback(name) || allowed.contains(name);
    }

    /** Whether a page of this {@code Origin} may call; {@code null} is a caller that is not a page. */
    boolean mayBeCalledFrom(@Nullable String origin, @Nullable String hostHeader) {
        if (origin == null) {
            return true;
        }
        String name = originName(origin);
        if (name.isEmpty()) {
            return false;
        }
        boolean own = hostHeader != null && name.equals(nameOf(hostHeader));
        return own || allowed.contains(name) || (loopbackOnly && isLoopback(name));
    }

    /** Whether a name or address literal means this machine, without asking a name server. */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.equals("0:0:0:0:0:0:0:1")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static String originName(String origin) {
        try {
            String host = new URI(origin).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }

    private static String nameOf(String hostHeader) {
        String host = hostHeader.strip().toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        boolean bareAddress = colon != host.indexOf(':') && !host.startsWith("[");
        boolean portFollows = colon > host.lastIndexOf(']') && !bareAddress;
        return portFollows ? host.substring(0, colon) : host;
    }
}
