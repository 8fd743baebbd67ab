// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.kafka.config.ClientFactoryCustomizer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Closes the producers of the bindings after a send whose outcome is not known, so that the next attempt begins with a fresh one: a
 * producer may be in a state of which it says nothing but that each further send fails.
 */
class FreshProducers implements ClientFactoryCustomizer {

    private static final Logger log = LoggerFactory.getLogger(FreshProducers.class);
    private static final int CLOSE_SECONDS = 2;

    private final List<DefaultKafkaProducerFactory<?, ?>> factories = new CopyOnWriteArrayList<>();
    private final Counter renewed;

    FreshProducers(MeterRegistry meters) {
        renewed = Counter.builder("rivulet.outbox.producers.renewed")
                .description("Producers that were closed after a send that failed")
                .register(meters);
    }

    /** Called for every binding: a handful in the life of a service. */
    @Override
    public void configure(ProducerFactory<?, ?> factory) {
        if (factory instanceof DefaultKafkaProducerFactory<?, ?> known) {
            known.setPhysicalCloseTimeout(CLOSE_SECONDS);
            factories.add(known);
        }
    }

    /** What was under way with the old producers fails within two seconds. */
    void renew() {
        for (DefaultKafkaProducerFactory<?, ?> factory : factories) {
            try {
                factory.reset();
                renewed.increment();
            } catch (KafkaException e) {
                log.debug("A producer that is given up could not be closed", e);
            }
        }
    }
}
