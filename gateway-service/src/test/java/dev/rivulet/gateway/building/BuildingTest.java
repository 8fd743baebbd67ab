// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.gateway.building.Command.What;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BuildingTest {

    private Instant now = Instant.parse("2026-11-27T10:00:00Z");
    private final InstantSource time = () -> now;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final Building building = new Building(clock, new Random(7));

    @Test
    void aRoomComesTwoThirdsOfTheWayInTwentyMinutes() {
        building.ask(new Command(What.SET_TEMPERATURE, "the lobby", 24, null));
        assertThat(building.room("The Lobby").temperatureAt(now)).isCloseTo(20.5, within(0.01));
        now = now.plus(Duration.ofMinutes(20));
        assertThat(building.room("the lobby").temperatureAt(now))
                .isCloseTo(20.5 + 3.5 * (1 - Math.exp(-1)), within(0.01));
    }

    @Test
    void aCodeIsGoodOnceAndForTwoMinutes() {
        Outcome.ToConfirm late = (Outcome.ToConfirm) building.ask(Command.of(What.UNLOCK_DOOR, "the north gate"));
        now = now.plus(Duration.ofMinutes(3));
        assertThat(building.confirm(late.code())).isInstanceOf(Outcome.Refused.class);
        assertThat(building.isLocked("the north gate")).isTrue();

        Outcome.ToConfirm good = (Outcome.ToConfirm) building.ask(Command.of(What.UNLOCK_DOOR, "the north gate"));
        assertThat(building.confirm(good.code())).isInstanceOf(Outcome.Done.class);
        assertThat(building.isLocked("north gate")).isFalse();
        assertThat(building.confirm(good.code())).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void placesAreLimited() {
        Outcome last = new Outcome.Done("");
        for (int i = 0; i <= 500; i++) {
            last = building.ask(new Command(What.LIGHT, "room " + i, 1, null));
        }
        assertThat(last).isInstanceOf(Outcome.Refused.class);
        assertThat(building.rooms()).hasSize(500);
    }

    @Test
    void aCommandThatMakesNoSenseIsNone() {
        assertThatThrownBy(() -> new Command(What.LIGHT, "Aurora", Double.NaN, null))
                .hasMessage("A light is at 0 to 100 percent.");
        assertThatThrownBy(() -> new Command(What.LIGHT_COLOR, "Aurora", 0, null))
                .hasMessage("'text' must name the colour.");
    }

    @Test
    void aPeriodIsComparedWithAsManyDaysBefore() {
        LocalDate friday = LocalDate.parse("2026-11-27");
        double today =
                Meters.usage("electricity", "today", friday).orElseThrow().amount();
        Meters.Usage yesterday =
                Meters.usage("Electricity", "yesterday", friday).orElseThrow();
        Meters.Usage week = Meters.usage("electricity", "this week", friday).orElseThrow();

        assertThat(Meters.usage("electricity", "today", friday).orElseThrow().before())
                .isCloseTo(yesterday.amount(), within(1e-9));
        assertThat(week.amount()).isGreaterThan(4.9 * today).isLessThan(5.1 * today);
        assertThat(week.change()).isCloseTo((week.amount() - week.before()) / week.before() * 100, within(1e-9));
        assertThat(Meters.usage("sunshine", "today", friday)).isEmpty();
        assertThat(Meters.usage("water", "one day", friday)).isEmpty();
    }
}
