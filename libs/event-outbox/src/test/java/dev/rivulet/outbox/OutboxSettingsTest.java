// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutboxSettingsTest {

    private final OutboxSettings settings = new OutboxSettings(
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            1000);

    @Test
    void theWaitDoublesUpToTheLongestAndIsHalfRandom() {
        assertThat(settings.backoff(1, 1)).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.backoff(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.backoff(3, 1)).isEqualTo(Duration.ofMillis(800));
        assertThat(settings.backoff(20, 1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.backoff(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMillis(2500));
    }
}
