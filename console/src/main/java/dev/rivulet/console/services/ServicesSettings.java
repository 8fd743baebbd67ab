package dev.rivulet.console.services;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The services Spring Boot Admin shows.
 *
 * @param urls service name to base address; replicas announce themselves and need not be named
 * @param token the token services accept from each other; sent to the addresses above and to announced replicas only
 * @param refresh how often newly announced replicas are looked for
 */
@ConfigurationProperties("rivulet.console.services")
@Validated
public record ServicesSettings(
        @DefaultValue Map<String, URI> urls,
        @DefaultValue("") String token,
        @DefaultValue("10s") Duration refresh) {

    public ServicesSettings {
        urls = Map.copyOf(urls);
    }

    @Override
    public String toString() {
        return "ServicesSettings[urls=" + urls + ", token=***, refresh=" + refresh + "]";
    }
}
