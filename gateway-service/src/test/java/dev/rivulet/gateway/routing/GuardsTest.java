// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();
    private final Guards guards = new Guards(
            new GuardProperties(2, Duration.ofSeconds(30), 10, 4, 50, Duration.ofSeconds(5), 1), meters, now::get);

    @Test
    void aReplicaThatFailsAsOftenAsNotGetsNoWorkForAWhileAndIsTriedAgain() {
        ask(true);
        ask(true);
        ask(false);
        ask(false);

        assertThat(guards.enter("a", "m")).isEmpty();
        assertThat(guards.enter("b", "m")).as("others are not meant").isPresent();
        assertThat(guards.enter("a", "n")).as("nor another model").isPresent();
        assertThat(meters.get("rivulet.gateway.breakers.open").gauge().value()).isEqualTo(1);

        now.addAndGet(Duration.ofSeconds(6).toNanos());
        Guards.Pass trial = guards.enter("a", "m").orElseThrow();
        assertThat(guards.enter("a", "m")).as("one trial at a time").isEmpty();
        trial.succeeded();
        trial.close();
        assertThat(guards.enter("a", "m")).isPresent();
    }

    @Test
    void noReplicaGetsMoreAtOnceThanItMayHave() {
        Guards.Pass first = guards.enter("a", "m").orElseThrow();
        assertThat(guards.enter("a", "m")).isPresent();
        assertThat(guards.enter("a", "m")).isEmpty();
        assertThat(meters.get("rivulet.gateway.replica.refused")
                        .tag("by", "bulkhead")
                        .counter()
                        .count())
                .isEqualTo(1);

        first.close();
        first.close();
        assertThat(guards.enter("a", "m")).isPresent();
        assertThat(guards.enter("a", "m"))
                .as("closing twice gives one place back")
                .isEmpty();
    }

    @Test
    void whatEndsWithoutAWordCountsNeitherWay() {
        for (int i = 0; i < 20; i++) {
            guards.enter("a", "m").orElseThrow().close();
        }
        assertThat(guards.enter("a", "m")).isPresent();
    }

    private void ask(boolean well) {
        try (Guards.Pass pass = guards.enter("a", "m").orElseThrow()) {
            if (well) {
                pass.succeeded();
            } else {
                pass.failed(new IOException("broken"));
            }
        }
    }
}
