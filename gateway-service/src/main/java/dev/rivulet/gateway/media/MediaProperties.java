// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * From where pictures may be fetched, and what that may cost.
 *
 * @param hosts names of hosts, or {@code *.} and a domain for all below it; none by default, so that nothing is fetched
 * @param maxBytes of one picture
 * @param redirects that are followed for one picture, each held to the same rules
 * @param timeout of one picture, redirects included
 * @param most pictures of one request that are fetched
 */
@ConfigurationProperties("rivulet.media")
public record MediaProperties(
        @DefaultValue List<String> hosts,
        @DefaultValue("3MB") DataSize maxBytes,
        @DefaultValue("2") int redirects,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("8") int most) {

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?([a-z0-9-]{1,63}\\.)+[a-z][a-z0-9-]{0,62}");

    public MediaProperties {
        hosts = List.copyOf(hosts);
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new IllegalArgumentException(
                        "rivulet.media.hosts: '" + host + "' is no host name in lower case, such as img.example.com");
            }
        }
        if (maxBytes.toBytes() < 1 || redirects < 0 || redirects > 10 || timeout.toMillis() < 1 || most < 1) {
            throw new IllegalArgumentException("rivulet.media: limits are positive, redirects 0 to 10");
        }
    }
}
