package dev.rivulet.gateway.topics;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Where and how to connect to Kafka.
 *
 * @param settings of every client, {@code bootstrap.servers} among them
 * @param copies of a topic that is made here; −1 leaves it to the broker
 */
public record KafkaConnection(Map<String, Object> settings, short copies) {

    private static final String BINDER = "spring.cloud.stream.kafka.binder.";

    public KafkaConnection {
        settings = Map.copyOf(settings);
    }

    /** As the binder of Spring Cloud Stream connects. */
    public static KafkaConnection of(Environment environment) {
        Map<String, Object> settings = new HashMap<>(Binder.get(environment)
                .bind(BINDER + "configuration", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of()));
        settings.put("bootstrap.servers", environment.getRequiredProperty(BINDER + "brokers"));
        return new KafkaConnection(
                settings, environment.getProperty(BINDER + "replication-factor", Short.class, (short) -1));
    }

    /** Never the settings: they may hold secrets. */
    @Override
    public String toString() {
        return "KafkaConnection[" + copies + "]";
    }
}
