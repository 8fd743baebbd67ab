// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federation.rounds.Selection.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static final Instant NOW = Samples.START;
    private static final Selection SCORED =
            new Selection(Kind.SCORED, null, null, null, null, null, null, null, null, null);

    private static Capabilities said(boolean charging, int battery, boolean metered, long ageMs, long bandwidth) {
        return Capabilities.newBuilder()
                .setCharging(charging)
                .setBatteryPercent(battery)
                .setMetered(metered)
                .setDataAgeMs(ageMs)
                .setUploadBytesPerSecond(bandwidth)
                .setExamples(1)
                .build();
    }

    private static double score(Capabilities said, PartTaken part) {
        return SCORED.score(said, part, 10);
    }

    @Test
    void aDeviceWithNewDataPowerBandwidthAndAGoodPastIsBetter() {
        Capabilities good = said(true, 100, false, 0, 10_000_000);
        PartTaken usual = new PartTaken(10, 10, NOW);
        double best = score(good, usual);
        assertThat(best).isBetween(0.8, 1.0);
        assertThat(score(said(true, 100, false, 7_200_000, 10_000_000), usual)).isLessThan(best);
        assertThat(score(said(false, 30, false, 0, 10_000_000), usual)).isLessThan(best);
        assertThat(score(said(true, 100, true, 0, 10_000_000), usual)).isLessThan(best);
        assertThat(score(said(true, 100, false, 0, 1_000), usual)).isLessThan(best);
        assertThat(score(good, new PartTaken(10, 2, NOW))).isLessThan(best);
        assertThat(score(good, new PartTaken(40, 40, NOW))).isLessThan(best);
        assertThat(score(Capabilities.getDefaultInstance(), PartTaken.NONE)).isBetween(0.4, 0.8);
    }

    @Test
    void weightsChooseWhatCounts() {
        Selection fair = new Selection(Kind.SCORED, 0.0, 0.0, 0.0, 0.0, 1.0, null, null, null, null);
        Capabilities poor = said(false, 1, true, 1_000_000_000, 1);
        assertThat(fair.score(poor, PartTaken.NONE, 10)).isEqualTo(1);
        assertThat(fair.score(poor, new PartTaken(10, 0, NOW), 10)).isEqualTo(0.5);
    }

    @Test
    void chancesFollowScoresAndNobodyHasNone() {
        Map<String, Capabilities> known = Map.of(
                "good", said(true, 100, false, 0, 10_000_000),
                "poor", said(false, 5, true, 1_000_000_000, 10));
        Function<String, Capabilities> said = device -> Objects.requireNonNull(known.get(device));
        int goodFirst = 0;
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            List<String> ordered = SCORED.ordered(List.of("good", "poor"), said, Map.of(), random);
            goodFirst += ordered.getFirst().equals("good") ? 1 : 0;
        }
        double good = SCORED.score(said.apply("good"), PartTaken.NONE, 0);
        double poor = SCORED.score(said.apply("poor"), PartTaken.NONE, 0);
        assertThat(goodFirst / 2000.0).isBetween(good / (good + poor) - 0.04, good / (good + poor) + 0.04);
        int first = 0;
        for (int i = 0; i < 2000; i++) {
            first += Selection.UNIFORM
                            .ordered(List.of("good", "poor"), said, Map.of(), random)
                            .getFirst()
                            .equals("good")
                    ? 1
                    : 0;
        }
        assertThat(first).isBetween(900, 1100);
    }

    @Test
    void whoRestsOrHasHadItsShareIsNotAsked() {
        Selection limited = new Selection(null, null, null, null, null, null, null, Duration.ofMinutes(10), 0.5, null);
        PartTaken often = new PartTaken(6, 6, NOW.minusSeconds(3600));
        assertThat(limited.allows(PartTaken.NONE, 10, NOW)).isTrue();
        assertThat(limited.allows(often, 10, NOW)).isFalse();
        assertThat(limited.allows(often, 20, NOW)).isTrue();
        assertThat(limited.allows(new PartTaken(1, 1, NOW.minusSeconds(60)), 20, NOW))
                .isFalse();
        assertThat(limited.allows(new PartTaken(1, 1, NOW.minusSeconds(601)), 20, NOW))
                .isTrue();
        assertThat(limited.restedAt(new PartTaken(1, 1, NOW))).isEqualTo(NOW.plusSeconds(600));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Selection(null, -1.0, null, null, null, null, null, null, null, null))
                .hasMessageContaining("weights");
        assertThatThrownBy(() -> new Selection(null, null, null, null, null, null, null, null, 0.0, null))
                .hasMessageContaining("most_share");
        assertThatThrownBy(() -> new Selection(null, null, null, null, null, null, null, null, null, 1.0))
                .hasMessageContaining("most_distance");
    }
}
