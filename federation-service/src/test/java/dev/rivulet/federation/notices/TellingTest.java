// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.Progress;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundPolicy;
import dev.rivulet.federation.rounds.RoundState;
import dev.rivulet.federation.rounds.Samples;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.federation.rounds.Stopping;
import dev.rivulet.notices.WorkNotice;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TellingTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Federation FEDERATION = Samples.federation(10);
    private static final NoticesSettings SETTINGS = new NoticesSettings(
            URI.create("tcp://127.0.0.1:1"),
            null,
            null,
            null,
            WorkNotice.USUAL_PREFIX,
            Duration.ofMillis(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));

    private final List<WorkNotice> put = new CopyOnWriteArrayList<>();
    private final List<Standing> standings = new CopyOnWriteArrayList<>();
    private Instant now = START;

    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    private static Standing between(Federation federation, long lastRound, Optional<Stopping.Stop> stop) {
        return new Standing(federation, Progress.NONE, stop, lastRound, new RoundState.Unopened());
    }

    private void standing(Standing one) {
        standings.clear();
        standings.add(one);
    }

    @Test
    void devicesAreToldOncePerRoundAndAgainWhileTheyAreMissing() {
        Telling telling = new Telling(() -> standings, put::add, SETTINGS, clock);
        standing(between(FEDERATION, 0, Optional.empty()));

        telling.look();
        telling.look();
        assertThat(put).containsExactly(new WorkNotice("sample", 1));
        now = START.plusSeconds(29);
        telling.look();
        assertThat(put).hasSize(1);
        now = START.plusSeconds(30);
        telling.look();
        assertThat(put).hasSize(2);
        standing(between(FEDERATION, 1, Optional.empty()));
        telling.look();
        assertThat(put).hasSize(3).endsWith(new WorkNotice("sample", 2));
    }

    @Test
    void nobodyIsCalledWhereNoRoundWouldBeginOrOneGoesOn() {
        Telling telling = new Telling(() -> standings, put::add, SETTINGS, clock);
        RoundState collecting = new RoundState.Unopened()
                .after(new Opened(
                        START,
                        0,
                        Set.of("a", "b"),
                        new RoundPolicy(2, 1, 1, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2))));
        for (Standing one : List.of(
                between(FEDERATION.running(false), 0, Optional.empty()),
                between(FEDERATION, 3, Optional.of(Stopping.Stop.ROUNDS_DONE)),
                new Standing(FEDERATION, Progress.NONE, Optional.empty(), 1, collecting))) {
            standing(one);
            assertThat(telling.look()).isTrue();
        }
        assertThat(put).isEmpty();
    }

    @Test
    void whatCouldNotBeToldIsToldWhenTheBoardIsThere() {
        List<String> failures = new ArrayList<>(List.of("one", "two", "three"));
        NoticeBoard away = notice -> {
            if (!failures.isEmpty()) {
                throw new IOException(failures.removeFirst());
            }
            put.add(notice);
        };
        standing(between(FEDERATION, 4, Optional.empty()));
        Telling telling = new Telling(() -> standings, away, SETTINGS, clock);
        telling.start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> put.equals(List.of(new WorkNotice("sample", 5))));
            assertThat(failures).isEmpty();
        } finally {
            telling.stop();
        }
        assertThat(telling.isRunning()).isFalse();
    }

    @Test
    void settingsThatWouldSendAPasswordInTheClearAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NoticesSettings(
                        URI.create("tcp://192.0.2.7:1883"),
                        "federation",
                        "secret",
                        null,
                        WorkNotice.USUAL_PREFIX,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1)));
        assertThat(new NoticesSettings(
                                URI.create("ssl://192.0.2.7:8883"),
                                "federation",
                                "secret",
                                null,
                                WorkNotice.USUAL_PREFIX,
                                Duration.ofMillis(1),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1))
                        .toString())
                .doesNotContain("secret");
    }
}
