// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.compression.Scheme.Places;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UploadBudgetTest {

    private static final int SIZE = 100_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final UploadBudget budget = UploadBudget.ofBytes(10_000_000);

    private Scheme chosen(double bytesPerSecond) {
        return budget.choose(SIZE, new Bandwidth(bytesPerSecond), MINUTE).orElseThrow();
    }

    @Test
    void aSlowerLinkGetsASmallerUpdateThatStillArrivesInTime() {
        assertThat(chosen(20_000)).isEqualTo(Scheme.dense(32));
        assertThat(chosen(4_000)).isEqualTo(Scheme.dense(8));
        assertThat(chosen(2_000)).isEqualTo(Scheme.dense(4));
        for (double rate : new double[] {1_500, 700, 90, 12}) {
            Scheme scheme = chosen(rate);
            assertThat(scheme.places()).isInstanceOf(Places.Top.class);
            assertThat((double) scheme.mostBytes(SIZE)).isLessThanOrEqualTo(rate * 30);
            int count = ((Places.Top) scheme.places()).count();
            assertThat((double) Scheme.top(count + 1, 8).mostBytes(SIZE)).isGreaterThan(rate * 30);
        }
    }

    @Test
    void theBudgetHoldsHoweverFastTheLinkIs() {
        Scheme scheme = UploadBudget.ofBytes(50_000)
                .choose(SIZE, new Bandwidth(1e9), MINUTE)
                .orElseThrow();
        assertThat(scheme.mostBytes(SIZE)).isLessThanOrEqualTo(50_000);
    }

    @Test
    void aDeviceThatCouldSendNextToNothingSitsOut() {
        assertThat(budget.choose(SIZE, new Bandwidth(5), MINUTE)).isEmpty();
        assertThat(budget.choose(SIZE, new Bandwidth(1e9), Duration.ZERO)).isEmpty();
        assertThat(budget.choose(SIZE, new Bandwidth(1e9), Duration.ofSeconds(-1)))
                .isEmpty();
    }

    @Test
    void theBandwidthFollowsWhatWasMeasuredAndForgets() {
        Bandwidth bandwidth = new Bandwidth(1000);
        assertThat(bandwidth.after(500, Duration.ofSeconds(1)).bytesPerSecond()).isCloseTo(850, within(1e-9));
        for (int i = 0; i < 30; i++) {
            bandwidth = bandwidth.after(200, Duration.ofSeconds(1));
        }
        assertThat(bandwidth.bytesPerSecond()).isCloseTo(200, within(0.1));
    }
}
