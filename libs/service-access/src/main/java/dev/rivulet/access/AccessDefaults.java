// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults that hold before any configuration is read, with the least precedence: listen on loopback, take the token and
 * the allowed hosts from the environment, and show the token to config-server.
 */
final class AccessDefaults implements EnvironmentPostProcessor, Ordered {

    static final String SOURCE = "rivuletAccessDefaults";

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER - 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put("server.address", "127.0.0.1");
        defaults.put("rivulet.access.token", "${RIVULET_INTERNAL_TOKEN:}");
        defaults.put("rivulet.access.allowed-hosts", "${RIVULET_ALLOWED_HOSTS:}");
        String token = environment.getProperty("RIVULET_INTERNAL_TOKEN", "").strip();
        if (!token.isEmpty()) {
            defaults.put("spring.cloud.config.headers.authorization", "Bearer " + token);
        }
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
    }
}
