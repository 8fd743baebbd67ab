// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What a reader tells of itself: {@code rivulet.reader.*}, labelled with its group alone and what became of a record. */
final class ReaderMeters {

    private final String reader;
    private final MeterRegistry registry;
    private final AtomicLong lag = new AtomicLong();

    ReaderMeters(String reader, MeterRegistry registry) {
        this.reader = reader;
        this.registry = registry;
        Gauge.builder("rivulet.reader.lag", lag, AtomicLong::doubleValue)
                .tag("reader", reader)
                .description("Records that lie in the partitions of this reader and were not read yet")
                .register(registry);
    }

    void lag(long records) {
        lag.set(records);
    }

    void count(Attempts.Outcome outcome) {
        count(outcome.name().toLowerCase(Locale.ROOT));
    }

    void parked(Cause cause) {
        registry.counter("rivulet.reader.parked", "reader", reader, "cause", cause.wire())
                .increment();
    }

    private void count(String outcome) {
        registry.counter("rivulet.reader.records", "reader", reader, "outcome", outcome)
                .increment();
    }
}
