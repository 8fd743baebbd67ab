// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.services;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The services that Spring Boot Admin and the pages show.
 *
 * @param urls service name to base address; replicas announce themselves and need not be named
 * @param token the token services accept from each other; sent to the addresses above and to announced replicas only
 * @param refresh how often newly announced replicas are looked for
 * @param connectTimeout how long a connection to one may take
 * @param timeout how long one may take to answer a page
 */
@ConfigurationProperties("rivulet.console.services")
@Validated
public record ServicesSettings(
        @DefaultValue Map<String, URI> urls,
        @DefaultValue("") String token,
        @DefaultValue("10s") Duration refresh,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("30s") Duration timeout) {

    public ServicesSettings {
        urls = Map.copyOf(urls);
    }

    @Override
    public String toString() {
        return "ServicesSettings[urls=" + urls + ", token=***, refresh=" + refresh + ", connectTimeout="
                + connectTimeout + ", timeout=" + timeout + "]";
    }
}
