// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import dev.rivulet.cli.home.UsageException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where the hub is and who asks.
 *
 * @param url without a slash at its end
 * @param token shown to this address alone; empty for none
 */
public record HubAddress(URI url, String token) {
    private static final String BY_DEFAULT = "https://huggingface.co";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    /**
     * The hub that {@code given} or else {@code HF_ENDPOINT} names, with the token of {@code HF_TOKEN}.
     *
     * @param given by an option; empty for none
     */
    public static HubAddress of(String given, Map<String, String> environment) {
        String set = environment.getOrDefault("HF_ENDPOINT", "").strip();
        String text = given.isBlank() ? set.isEmpty() ? BY_DEFAULT : set : given.strip();
        URI url;
        try {
            url = URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw notAnAddress(text);
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
            throw notAnAddress(text);
        }
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        if (!token.isEmpty() && !url.getScheme().equals("https") && !LOOPBACK.contains(url.getHost())) {
            throw new UsageException("HF_TOKEN is not sent to " + url + ", where anyone on the way could read it:"
                    + " use https, or unset HF_TOKEN.");
        }
        return new HubAddress(url, token);
    }

    private static UsageException notAnAddress(String text) {
        return new UsageException("\"" + text.replaceAll("\\p{C}", "?") + "\" is no address of a hub: give --hub or"
                + " HF_ENDPOINT as in " + BY_DEFAULT + ".");
    }

    /** Whether an address is the hub's own, so that it may see the token. */
    boolean isOrigin(URI other) {
        return url.getScheme().equals(other.getScheme())
                && url.getHost()
                        .toLowerCase(Locale.ROOT)
                        .equals(String.valueOf(other.getHost()).toLowerCase(Locale.ROOT))
                && port(url) == port(other);
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return url.toString();
    }
}
