// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SoundPaceTest {

    private final AtomicLong now = new AtomicLong();
    private final SoundPace pace = new SoundPace(1_000, 5_000, now::get);

    @Test
    void aBurstIsTakenAndNoMoreUntilTimePasses() {
        assertThat(pace.take(5_000)).isTrue();
        assertThat(pace.take(1)).isFalse();

        now.addAndGet(TimeUnit.SECONDS.toNanos(1));

        assertThat(pace.take(1_000)).isTrue();
        assertThat(pace.take(1)).isFalse();
    }

    @Test
    void aLongSilenceAllowsNoMoreThanTheBurst() {
        now.addAndGet(TimeUnit.HOURS.toNanos(1));

        assertThat(pace.take(5_001)).isFalse();
        assertThat(pace.take(5_000)).isTrue();
    }
}
