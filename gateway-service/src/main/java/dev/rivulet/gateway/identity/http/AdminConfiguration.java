// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.KeyAdministration;
import dev.rivulet.gateway.identity.KeyRing;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class AdminConfiguration {

    @Bean
    AdminFilter adminFilter(KeyRing keys, Audit audit, JsonMapper json) {
        return new AdminFilter(keys, audit, json);
    }

    @Bean
    SimpleUrlHandlerMapping keysApi(KeyAdministration keys, Audit audit, JsonMapper json) {
        KeysHandler handler = new KeysHandler(keys, audit, InstantSource.system(), json);
        return new SimpleUrlHandlerMapping(
                Map.of(KeysHandler.PATH, handler, KeysHandler.PATH + "/**", handler), Ordered.HIGHEST_PRECEDENCE);
    }
}
