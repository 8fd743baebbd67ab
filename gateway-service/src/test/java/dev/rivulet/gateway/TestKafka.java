// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** One real broker for the tests of a class; kept in a static field with {@code @RegisterExtension}. */
public final class TestKafka implements BeforeAllCallback, AfterAllCallback {

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

    /** Where it is, once the tests have begun. */
    public String brokers() {
        return broker.getBrokersAsString();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker.afterPropertiesSet();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        broker.destroy();
    }
}
