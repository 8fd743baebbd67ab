// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.benchmarks.gateway.GatewayBench.Figures;
import dev.rivulet.benchmarks.gateway.Trial.Held;
import dev.rivulet.benchmarks.gateway.Trial.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrialTest {

    private final PacedUpstream upstream = new PacedUpstream(System::nanoTime);
    private final Trial trial = new Trial(upstream, System::nanoTime, Duration.ofMillis(500));
    private final Door straight = Door.straight(upstream);

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void everyEventOfEveryStreamArrivesOnce() throws Exception {
        Seen seen = trial.streams(straight, 4);

        assertThat(seen.failed()).isZero();
        assertThat(seen.done()).isEqualTo(4 * 25L);
        assertThat(seen.seconds()).isGreaterThan(0.4);
    }

    @Test
    void asManyRequestsAreSentAsTheRateSays() throws Exception {
        Seen seen = trial.atRate(straight, 100);

        assertThat(seen.failed()).isZero();
        assertThat(seen.done()).isEqualTo(50);
    }

    @Test
    void whatIsAddedIsTheDifferenceToNoGateway() {
        Report report = new Report(
                Map.of("no gateway", figures(1, 1), "rivulet", figures(1.5, 2), "nginx", figures(1.2, 1)),
                Map.of("rivulet", new Held(5_000, 100, 300)),
                500,
                32);

        assertThat(report.lines())
                .anySatisfy(line -> {
                    assertThat(line.work()).isEqualTo("added to a request at 500/s, p99");
                    assertThat(line.ours()).isEqualTo(0.5);
                    assertThat(line.met()).isTrue();
                })
                .anySatisfy(line -> {
                    assertThat(line.work()).isEqualTo("processor for a streamed event");
                    assertThat(line.ratio()).isEqualTo(0.5);
                    assertThat(line.met()).isFalse();
                })
                .anySatisfy(line -> {
                    assertThat(line.work()).contains("5000 silent streams (100 MB without), rivulet");
                    assertThat(line.met()).isTrue();
                });
    }

    @Test
    void whatWasDoneAndItsProcessorAreOfTheSameRound() {
        Seen slow = new Seen(3, 9, 1_000, 5, 8, 1);
        Seen fast = new Seen(4, 5, 3_000, 5, 9, 0);
        Seen middling = new Seen(5, 7, 2_000, 5, 7, 2);

        assertThat(GatewayBench.median(List.of(slow, fast, middling))).isEqualTo(new Seen(4, 7, 2_000, 5, 7, 3));
    }

    private static Figures figures(double millis, double processor) {
        Seen seen = new Seen(millis, millis, 1_000, 1, processor, 0);
        return new Figures(seen, seen, seen);
    }
}
