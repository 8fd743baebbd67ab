// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rivulet.agent.IdlePolicy.Machine;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdlePolicyTest {

    private static final LocalTime NOON = LocalTime.NOON;

    @Test
    void aMachineWithLittleToDoTrainsAndABusyOneWaits() {
        assertThat(IdlePolicy.USUAL.reasonAgainst(new Machine(0.9, 2, true), NOON))
                .isEmpty();
        assertThat(IdlePolicy.USUAL.reasonAgainst(new Machine(1.1, 2, true), NOON))
                .hasValueSatisfying(why -> assertThat(why).contains("load", "1.1"));
        assertThat(IdlePolicy.USUAL.reasonAgainst(new Machine(-1, 2, true), NOON))
                .isEmpty();
    }

    @Test
    void onBatteryItWaitsUnlessItMay() {
        Machine unplugged = new Machine(0, 2, false);
        assertThat(IdlePolicy.USUAL.reasonAgainst(unplugged, NOON)).contains("the machine is on battery");
        IdlePolicy may = new IdlePolicy(0.5, true, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);
        assertThat(may.reasonAgainst(unplugged, NOON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "22:00, 06:00, 23:30, true", "22:00, 06:00, 05:59, true", "22:00, 06:00, 06:00, false",
        "22:00, 06:00, 12:00, false", "09:00, 17:00, 09:00, true", "09:00, 17:00, 17:00, false",
        "08:00, 08:00, 03:00, true"
    })
    void theTimeOfDayIsHeldOverMidnightToo(LocalTime from, LocalTime until, LocalTime now, boolean may) {
        IdlePolicy policy = new IdlePolicy(1, false, from, until);
        assertThat(policy.reasonAgainst(new Machine(0, 1, true), now).isEmpty()).isEqualTo(may);
    }

    @Test
    void aLoadOfNothingIsNoPolicy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IdlePolicy(0, false, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT));
    }
}
