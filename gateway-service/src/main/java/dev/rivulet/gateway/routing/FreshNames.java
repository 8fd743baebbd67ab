// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import reactor.netty.http.client.HttpClient;

/**
 * Addresses of names for a second. A part that is replaced comes back at another address, and what answers for names in a network
 * of containers may say that the old one holds for ten minutes.
 */
public final class FreshNames {

    private static final Duration KNOWN = Duration.ofSeconds(1);

    private FreshNames() {}

    /** A client that asks for an address anew when it opens a connection and the last answer is older. */
    public static HttpClient of(HttpClient http) {
        return http.resolver(names -> names.cacheMaxTimeToLive(KNOWN));
    }
}
