// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federation.participants.NonceWindow.Seen;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NonceWindowTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    private final NonceWindow window = new NonceWindow(Duration.ofMinutes(2), 2);

    @Test
    void aNonceIsUsedOnceByEachDevice() {
        assertThat(window.use("a", "n", NOW)).isEqualTo(Seen.FIRST);
        assertThat(window.use("a", "n", NOW.plusSeconds(120))).isEqualTo(Seen.AGAIN);
        assertThat(window.use("b", "n", NOW)).isEqualTo(Seen.FIRST);
    }

    @Test
    void whatIsTooOldToPassIsForgottenAndTheWindowIsBounded() {
        window.use("a", "1", NOW);
        window.use("a", "2", NOW);

        assertThat(window.use("a", "3", NOW)).isEqualTo(Seen.FULL);
        assertThat(window.use("a", "3", NOW.plusSeconds(121))).isEqualTo(Seen.FIRST);
        assertThat(window.size()).isEqualTo(1);
    }
}
