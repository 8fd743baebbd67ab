// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.gateway.Crowd.One;
import dev.rivulet.benchmarks.gateway.Crowd.Told;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadBenchTest {

    private static final long SECOND = 1_000_000_000L;
    private static final String GREEDY = OverloadBench.GREEDY.getFirst();

    @Test
    void retryAfterIsHeldAgainstTheWaitOfTheSameKeysNextOneThatWasLetIn() {
        Told told = new Told(List.of(
                new One(GREEDY, 3 * SECOND, 200, 8 * SECOND, 0),
                new One(GREEDY, 1 * SECOND, 429, 0, 4),
                new One(GREEDY, 2 * SECOND, 429, 0, 20),
                new One(GREEDY, 4 * SECOND, 429, 0, 1),
                new One("other", 2 * SECOND, 200, SECOND, 0)));

        assertThat(told.retryAfters()).containsExactly(0.5, 2.5);
    }

    @Test
    void goodputIsWhatWasServedASecondOfWhatTheReplicaCanDo() {
        Told calm = new Told(List.of(new One(OverloadBench.POLITE, 0, 200, SECOND, 0)));
        Told during = new Told(
                List.of(new One(OverloadBench.POLITE, 0, 200, 2 * SECOND, 0), new One(GREEDY, 0, 200, SECOND, 0)));

        List<BenchLine> lines = OverloadBench.lines(4, calm, during, 1);

        assertThat(lines)
                .anySatisfy(line -> {
                    assertThat(line.work()).isEqualTo("goodput");
                    assertThat(line.ratio()).isEqualTo(0.5);
                    assertThat(line.met()).isFalse();
                })
                .anySatisfy(line -> {
                    assertThat(line.work()).isEqualTo("TTFT p99 of the polite key");
                    assertThat(line.ours()).isEqualTo(2_000);
                    assertThat(line.met()).isFalse();
                });
    }

    @Test
    void aReplicaRunsAsManyAtOnceAsItHasSlotsAndTheOthersWait() throws Exception {
        try (SlotReplica replica = new SlotReplica(1, System::nanoTime);
                Crowd crowd = new Crowd(replica.port(), System::nanoTime)) {
            crowd.send(Duration.ofMillis(450), GREEDY, 10.0);

            Told told = crowd.told();
            long begun = told.ones().stream().mapToLong(One::asked).min().orElseThrow();
            long lastToken = told.ones().stream()
                    .mapToLong(one -> one.asked() + one.firstToken())
                    .max()
                    .orElseThrow();
            assertThat(told.ones()).hasSizeGreaterThan(1);
            assertThat(told.count(200)).isEqualTo(told.ones().size());
            assertThat(lastToken - begun)
                    .as("the last one had to wait for all others, one after the other")
                    .isGreaterThan(SlotReplica.SERVICE
                            .multipliedBy(told.ones().size() - 1)
                            .toNanos());
        }
    }
}
