// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.deadletters.LetterStore;
import dev.rivulet.registry.deadletters.LetterStore.Depth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeadLetterMetersTest {

    private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");

    private final AtomicReference<List<Depth>> depths = new AtomicReference<>(List.of());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DeadLetterMeters letters = new DeadLetterMeters(store(), Clock.fixed(NOW, ZoneOffset.UTC), meters);

    @Test
    void gaugesOfAReaderAreReadAnewAndNeverReplacedSoThatNoScrapeSeesThemTwice() {
        depths.set(List.of(new Depth("jobs", 3, NOW.minusSeconds(60))));
        letters.look();
        Gauge before = meters.get("rivulet.registry.dead.letters").gauge();
        assertThat(before.value()).isEqualTo(3);

        depths.set(List.of(new Depth("jobs", 4, NOW.minusSeconds(90))));
        letters.look();

        assertThat(meters.get("rivulet.registry.dead.letters").gauge()).isSameAs(before);
        assertThat(before.value()).isEqualTo(4);
        assertThat(meters.get("rivulet.registry.dead.letters.oldest.age")
                        .gauge()
                        .value())
                .isEqualTo(90);
    }

    @Test
    void aReaderWithoutLettersHasNoGauges() {
        depths.set(List.of(new Depth("jobs", 3, NOW)));
        letters.look();

        depths.set(List.of());
        letters.look();

        assertThat(meters.find("rivulet.registry.dead.letters").gauges()).isEmpty();
    }

    /** Asked for its depths and nothing else. */
    private LetterStore store() {
        return (LetterStore) Proxy.newProxyInstance(
                LetterStore.class.getClassLoader(), new Class<?>[] {LetterStore.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("depths");
                    return depths.get();
                });
    }
}
