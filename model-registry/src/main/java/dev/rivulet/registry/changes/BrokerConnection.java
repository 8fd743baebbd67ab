package dev.rivulet.registry.changes;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** How plain clients of Kafka connect: as the binder of Spring Cloud Stream does. */
@Component
public final class BrokerConnection {

    private static final String BINDER = "spring.cloud.stream.kafka.binder.";

    private final Map<String, Object> settings;

    BrokerConnection(Environment environment) {
        Map<String, Object> found = new HashMap<>(Binder.get(environment)
                .bind(BINDER + "configuration", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of()));
        found.put("bootstrap.servers", environment.getRequiredProperty(BINDER + "brokers"));
        this.settings = Map.copyOf(found);
    }

    /** Settings of every client, {@code bootstrap.servers} among them; they may hold secrets. */
    public Map<String, Object> settings() {
        return settings;
    }
}
