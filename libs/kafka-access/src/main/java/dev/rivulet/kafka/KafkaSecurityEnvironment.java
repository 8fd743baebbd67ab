// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/**
 * Says to every client of a service how to connect, with the highest precedence: those of Spring Cloud Stream and its bus, those of
 * Spring for Kafka, and our own, which ask {@link KafkaConnections}. Before that it takes out what {@link ForeignSettings} refuses
 * of config-server's answer. It runs again at each refresh.
 */
final class KafkaSecurityEnvironment implements EnvironmentPostProcessor, Ordered {

    static final String SOURCE = "rivuletKafkaSecurity";
    private static final String DEFAULTS = "rivuletKafkaSecurityDefaults";
    private static final String FROM_CONFIG_SERVER = "configserver:";

    private final Log log;

    KafkaSecurityEnvironment(DeferredLogFactory logs) {
        this.log = logs.getLog(KafkaSecurityEnvironment.class);
    }

    /** After all configuration has been read. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        MutablePropertySources sources = environment.getPropertySources();
        sources.stream()
                .filter(source -> source.getName().startsWith(FROM_CONFIG_SERVER))
                .toList()
                .forEach(source -> takeOut(sources, source));
        sources.remove(SOURCE);
        sources.remove(DEFAULTS);
        sources.addLast(new MapPropertySource(DEFAULTS, defaults()));
        Map<String, Object> told = new HashMap<>();
        KafkaSecurity.of(environment).clientSettings().forEach((name, value) -> {
            told.put(KafkaConnections.BINDER + "configuration." + name, value);
            told.put("spring.kafka.properties." + name, value);
        });
        if (!told.isEmpty()) {
            // A reader that is refused tries again: its ACL may come later than it does.
            told.put(KafkaConnections.BINDER + "authorization-exception-retry-interval", "10s");
            sources.addFirst(new MapPropertySource(SOURCE, told));
        }
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put(KafkaSecurity.PREFIX + ".protocol", "${RIVULET_KAFKA_PROTOCOL:PLAINTEXT}");
        defaults.put(KafkaSecurity.PREFIX + ".mechanism", "${RIVULET_KAFKA_MECHANISM:SCRAM-SHA-512}");
        defaults.put(KafkaSecurity.PREFIX + ".username", "${RIVULET_KAFKA_USER:${spring.application.name:}}");
        defaults.put(KafkaSecurity.PREFIX + ".password", "${RIVULET_KAFKA_PASSWORD:}");
        defaults.put(KafkaSecurity.PREFIX + ".password-file", "${RIVULET_KAFKA_PASSWORD_FILE:}");
        defaults.put(KafkaSecurity.PREFIX + ".truststore", "${RIVULET_KAFKA_CA:}");
        return defaults;
    }

    private void takeOut(MutablePropertySources sources, PropertySource<?> source) {
        if (!(source instanceof EnumerablePropertySource<?> known)) {
            return;
        }
        Map<String, Object> kept = new LinkedHashMap<>();
        List<String> refused = new ArrayList<>();
        for (String name : known.getPropertyNames()) {
            Object value = known.getProperty(name);
            if (ForeignSettings.refused(name)) {
                refused.add(name);
            } else if (value != null) {
                kept.put(name, value);
            }
        }
        if (!refused.isEmpty()) {
            sources.replace(source.getName(), new MapPropertySource(source.getName(), kept));
            log.error("config-server gives " + refused
                    + ", which is refused: how this service connects to Kafka is said by its"
                    + " own environment alone (RIVULET_KAFKA_PROTOCOL and its neighbours). Take it out of "
                    + source.getName());
        }
    }
}
