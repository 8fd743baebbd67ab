// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** What every client of Kafka starts from that a service makes itself: it connects as the binder of Spring Cloud Stream does. */
public final class KafkaConnections {

    /** Where the binder is set. */
    public static final String BINDER = "spring.cloud.stream.kafka.binder.";

    /** The name of this process in the groups that it shares with others; none unless somebody gives it one. */
    public static final String MEMBER = "rivulet.kafka.member";

    private KafkaConnections() {}

    /**
     * Settings of a client, {@code bootstrap.servers} and what secures it among them. They may hold a password: never log them.
     *
     * @throws IllegalStateException if no brokers are set
     */
    public static Map<String, Object> settings(Environment environment) {
        Map<String, Object> settings = new HashMap<>(Binder.get(environment)
                .bind(BINDER + "configuration", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of()));
        settings.put("bootstrap.servers", environment.getRequiredProperty(BINDER + "brokers"));
        return settings;
    }
}
