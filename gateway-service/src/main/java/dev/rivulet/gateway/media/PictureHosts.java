// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be fetched: HTTPS, the usual port, a listed name, and nothing else in the address that could make a reader take it for
 * another one.
 */
record PictureHosts(List<String> hosts, String scheme, int port) {

    private static final int LONGEST = 2048;

    PictureHosts(List<String> hosts) {
        this(hosts, "https", 443);
    }

    PictureHosts {
        hosts = List.copyOf(hosts);
    }

    /** The address, if it may be fetched. */
    Optional<URI> allowed(String url) {
        if (url.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(url);
            String host = uri.getHost();
            boolean plain = scheme.equalsIgnoreCase(uri.getScheme())
                    && host != null
                    && uri.getRawUserInfo() == null
                    && (uri.getPort() == -1 || uri.getPort() == port);
            return plain && listed(host.toLowerCase(java.util.Locale.ROOT)) ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private boolean listed(String host) {
        return hosts.stream()
                .anyMatch(one -> one.startsWith("*.") ? host.endsWith(one.substring(1)) : host.equals(one));
    }
}
