// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.admission.Lane.Decision;
import dev.rivulet.gateway.identity.Caller.Priority;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places beyond the limit, for keys of which nothing runs while others have several places. */
class HeadroomTest {

    private static final AdmissionSettings SETTINGS = settings(12);

    private final Lane<String> lane = new Lane<>(SETTINGS, 0);

    @Test
    void aKeyOfWhichNothingRunsComesInBeyondALimitThatAnotherHasTaken() {
        fill("greedy");
        assertThat(arrive("greedy", Priority.NORMAL)).isInstanceOf(Decision.Wait.class);
        assertThat(arrive("polite", Priority.NORMAL)).isEqualTo(new Decision.Run<>(true));
        assertThat(lane.running()).isEqualTo(9);
    }

    @Test
    void itsSecondOneWaitsAndSoDoesWhoeverComesWhenTheHeadroomIsTaken() {
        fill("greedy");
        arrive("polite", Priority.NORMAL);
        assertThat(arrive("polite", Priority.NORMAL)).isInstanceOf(Decision.Wait.class);
        assertThat(arrive("late", Priority.NORMAL)).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void whoWaitsGetsTheNextPlaceWithinTheLimitWhetherTheHeadroomIsTakenOrNot() {
        fill("greedy");
        arrive("greedy", Priority.NORMAL);
        arrive("polite", Priority.NORMAL);
        lane.finished(SETTINGS, "polite", true, 1);
        assertThat(lane.admit(SETTINGS, 1)).isEmpty();
        arrive("polite", Priority.NORMAL);
        lane.finished(SETTINGS, "greedy", false, 2);
        assertThat(lane.admit(SETTINGS, 2)).extracting(Waiter::key).isEqualTo(List.of("greedy"));
        assertThat(lane.running()).isEqualTo(9);
    }

    @Test
    void keysWithOnePlaceEachMakeNoRoomForEachOther() {
        for (int i = 0; i < 8; i++) {
            arrive("key-" + i, Priority.NORMAL);
        }
        assertThat(arrive("another", Priority.NORMAL)).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void aLessUrgentKeyDoesNotPassAMoreUrgentOneThatWaits() {
        fill("greedy");
        arrive("greedy", Priority.NORMAL);
        assertThat(arrive("batch", Priority.LOW)).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void withoutHeadroomTheLimitHoldsForAll() {
        AdmissionSettings none = settings(0);
        for (int i = 0; i < 8; i++) {
            lane.arrive(none, Admissions.of("greedy"), "", 0);
        }
        assertThat(lane.arrive(none, Admissions.of("polite"), "", 0)).isInstanceOf(Decision.Wait.class);
    }

    private static AdmissionSettings settings(int headroom) {
        Duration tenSeconds = Duration.ofSeconds(10);
        return new AdmissionSettings(
                8, false, 8, 8, headroom, Duration.ofMillis(100), 100, 100, tenSeconds, tenSeconds);
    }

    private void fill(String key) {
        for (int i = 0; i < 8; i++) {
            assertThat(arrive(key, Priority.NORMAL)).isEqualTo(new Decision.Run<>(false));
        }
    }

    private Decision<String> arrive(String key, Priority priority) {
        return lane.arrive(SETTINGS, Admissions.of(key, priority, 100), key, 0);
    }
}
