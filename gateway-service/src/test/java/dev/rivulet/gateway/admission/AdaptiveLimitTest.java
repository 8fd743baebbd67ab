// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

    private static final long MILLI = 1_000_000;

    private final AdmissionSettings settings = new AdmissionSettings(
            256, true, 256, 4, 12, Duration.ofMillis(100), 1_000, 1_000, Duration.ofSeconds(10), Duration.ofSeconds(2));
    private long now;
    private final AdaptiveLimit limit = new AdaptiveLimit(settings, now);

    @Test
    void itStartsLowAndDoublesUntilThereIsAQueue() {
        AdmissionSettings careful = Admissions.adaptive(256, 4);
        AdaptiveLimit starting = new AdaptiveLimit(careful, now);
        assertThat(starting.limit(careful)).isEqualTo(16);
        for (int i = 0; i < 3 * 12; i++) {
            starting.running(careful, 256);
            long asked = now;
            now += 60 * MILLI;
            starting.queued(careful, asked, 0, now);
        }
        assertThat(starting.limit(careful)).isEqualTo(128);
    }

    @Test
    void itFallsWhileRequestsQueueAtTheReplicaAndNeverBelowTheLeast() {
        queue(200, 64);
        assertThat(limit.limit(settings)).isBetween(50, 60);
        for (int i = 0; i < 100; i++) {
            queue(2_000, 64);
        }
        assertThat(limit.limit(settings)).isEqualTo(4);
    }

    @Test
    void itRisesAgainWhereItWasReachedAndNothingQueues() {
        queue(10_000, 20);
        int low = limit.limit(settings);
        queue(0, low - 1);
        assertThat(limit.limit(settings)).as("nobody needed more").isEqualTo(low);
        for (int i = 0; i < 100; i++) {
            queue(0, 256);
        }
        assertThat(limit.limit(settings)).isEqualTo(256);
    }

    @Test
    void oneCongestionIsAnsweredOnce() {
        long asked = now;
        queue(200, 100);
        int fallen = limit.limit(settings);
        for (int i = 0; i < 50; i++) {
            now += 100 * MILLI;
            limit.queued(settings, asked, 200 * MILLI, now);
        }
        assertThat(limit.limit(settings))
                .as("requests that began before the change say nothing about it")
                .isEqualTo(fallen);
    }

    @Test
    void longPromptsAreNotTakenForAQueue() {
        for (int window = 0; window < 50; window++) {
            limit.running(settings, 256);
            for (int i = 0; i < 12; i++) {
                boolean isLong = i % 2 == 0;
                long asked = now;
                now += 60 * MILLI;
                limit.began(settings, asked - (isLong ? 3_000 : 0) * MILLI, isLong ? 8_000 : 20, now);
            }
        }
        assertThat(limit.limit(settings)).isEqualTo(256);
    }

    @Test
    void withoutAWordOfTheReplicaTheTimeToTheFirstByteTells() {
        began(50, 64);
        began(50, 64);
        assertThat(limit.limit(settings)).isEqualTo(256);
        began(400, 64);
        assertThat(limit.limit(settings)).isLessThan(64);
    }

    @Test
    void aReplicaThatRefusesBringsItDown() {
        limit.running(settings, 100);
        for (int i = 0; i < 20; i++) {
            long asked = now;
            now += 60 * MILLI;
            limit.refused(settings, asked, now);
        }
        assertThat(limit.limit(settings)).isEqualTo(70 - 21);
    }

    @Test
    void readersWhoStallDoNotKeepItDown() {
        queue(10_000, 10);
        int low = limit.limit(settings);
        for (int i = 0; i < 10; i++) {
            now += 1_100 * MILLI;
            limit.idleAtReplica(settings, now);
        }
        assertThat(limit.limit(settings)).isGreaterThan(low + 10);
    }

    @Test
    void aFixedLimitStaysWhateverIsSeen() {
        AdmissionSettings fixed = Admissions.fixed(8, 10, Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            long asked = now;
            now += 100 * MILLI;
            limit.queued(fixed, asked, 10_000 * MILLI, now);
        }
        assertThat(limit.limit(fixed)).isEqualTo(8);
    }

    private void queue(long millis, int running) {
        limit.running(settings, running);
        for (int i = 0; i < 12; i++) {
            long asked = now;
            now += 60 * MILLI;
            limit.queued(settings, asked, millis * MILLI, now);
        }
    }

    private void began(long millis, int running) {
        limit.running(settings, running);
        for (int i = 0; i < 12; i++) {
            long asked = now;
            now += millis * MILLI;
            limit.began(settings, asked, 100, now);
        }
    }
}
