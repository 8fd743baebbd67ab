// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.rollouts.Rollouts;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CachingProperties.class)
class CachingConfiguration {

    private static final int SECRET_BYTES = 32;

    @Bean
    CacheStep cacheStep(
            CachingProperties settings,
            Rollouts rollouts,
            ObjectProvider<Aliases> aliases,
            JsonMapper json,
            MeterRegistry meters) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new CacheStep(
                settings,
                new QueryReader(json, secret, settings.maxRequest().toBytes()),
                new Embedder(json),
                ask -> version(ask, rollouts, aliases.stream().toList()),
                meters);
    }

    /** That of a name behind which several models answer is made of all of theirs, and of what else counts. */
    private static Optional<String> version(Ask ask, Rollouts rollouts, List<Aliases> aliases) {
        String name = ask.envelope().model();
        Optional<Aliases> behind =
                aliases.stream().filter(all -> all.find(name).isPresent()).findFirst();
        List<String> models =
                behind.flatMap(all -> all.find(name)).map(Aliases.Alias::models).orElse(List.of(name));
        Optional<String> state = behind.map(all -> all.state(ask)).orElse(Optional.of(""));
        List<String> versions = models.stream()
                .flatMap(model -> rollouts.version(ask, model).stream())
                .toList();
        return versions.size() == models.size()
                ? state.map(one -> one.isEmpty() ? String.join(" ", versions) : String.join(" ", versions) + " " + one)
                : Optional.empty();
    }
}
