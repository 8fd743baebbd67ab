// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.kafka;

import dev.rivulet.registry.deadletters.LetterStore;
import dev.rivulet.registry.deadletters.LetterStore.Depth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * What is parked, as metrics by reader and in the health detail {@code deadLetters}. It stays UP: people decide, and the rest of the
 * platform goes on.
 */
@Component("deadLettersHealthIndicator")
class DeadLetterMeters implements HealthIndicator {

    private static final int MOST_READERS = 50;

    private final LetterStore store;
    private final Clock clock;
    private final MultiGauge depth;
    private final MultiGauge oldest;
    private volatile List<Depth> seen = List.of();

    DeadLetterMeters(LetterStore store, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        this.depth = MultiGauge.builder("rivulet.registry.dead.letters")
                .description("Records that a reader parked and nobody decided yet")
                .register(meters);
        this.oldest = MultiGauge.builder("rivulet.registry.dead.letters.oldest.age")
                .baseUnit("seconds")
                .description("Age of the oldest record that a reader parked and nobody decided yet")
                .register(meters);
    }

    /** Asks the store anew. Known rows stay as they are: to replace them would double them for whoever reads meanwhile. */
    void look() {
        seen = store.depths().stream().limit(MOST_READERS).toList();
        depth.register(
                seen.stream()
                        .<MultiGauge.Row<?>>map(each -> row(each.reader(), () -> letters(each.reader())))
                        .toList(),
                false);
        oldest.register(
                seen.stream()
                        .<MultiGauge.Row<?>>map(each -> row(each.reader(), () -> oldestAge(each.reader())))
                        .toList(),
                false);
    }

    @Override
    public Health health() {
        Map<String, Object> parked = new LinkedHashMap<>();
        seen.forEach(each -> parked.put(
                each.reader(),
                Map.of("letters", each.letters(), "oldest", each.oldest().toString())));
        return Health.up().withDetail("parked", parked).build();
    }

    private static MultiGauge.Row<?> row(String reader, Supplier<Number> value) {
        return MultiGauge.Row.of(Tags.of("reader", reader), value);
    }

    private long letters(String reader) {
        return now(reader).mapToLong(Depth::letters).sum();
    }

    private long oldestAge(String reader) {
        return now(reader)
                .mapToLong(each -> age(each.oldest()).toSeconds())
                .max()
                .orElse(0);
    }

    private Stream<Depth> now(String reader) {
        return seen.stream().filter(each -> each.reader().equals(reader));
    }

    private Duration age(Instant since) {
        Duration age = Duration.between(since, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
