// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregatorTest {

    private final SecureRandom random = new SecureRandom();
    private final SumSpace space = new SumSpace(4, 16, 5, 100);
    private final SeedAggregator first = new SeedAggregator(space, 3);
    private final SeedAggregator second = new SeedAggregator(space, 3);
    private final SumOfRests third = new SumOfRests(space, 3);

    @BeforeEach
    void fourDevicesSendTheirSeedsAndThreeTheRest() {
        for (int device = 1; device <= 4; device++) {
            AdditiveShares shares = AdditiveShares.of(new int[] {device, -device, 0, 10 * device}, random);
            first.accept(device, shares.first());
            second.accept(device, shares.second());
            if (device != 4) {
                third.accept(device, shares.rest());
            }
        }
    }

    @Test
    void whoDroppedOutBeforeItsThirdShareIsNotInTheSum() {
        assertThat(third.devices()).containsExactly(1, 2, 3);
        assertThat(third.complete(first.partial(third.devices()), second.partial(third.devices())))
                .containsExactly(6, -6, 0, 60);
    }

    @Test
    void theDifferenceOfTwoSetsIsNotGivenAway() {
        first.partial(Set.of(1, 2, 3));
        assertThat(first.partial(Set.of(1, 2, 3))).hasSize(4);

        assertThatThrownBy(() -> first.partial(Set.of(1, 2, 3, 4))).hasMessageContaining("given before");
        assertThatThrownBy(() -> first.accept(5, new byte[32])).hasMessageContaining("too late");
    }

    @Test
    void tooFewOrUnknownDevicesHaveNoPartialSum() {
        assertThatThrownBy(() -> first.partial(Set.of(1, 2))).hasMessageContaining("at least 3 devices");
        assertThatThrownBy(() -> first.partial(Set.of(1, 2, 9))).hasMessageContaining("at least 3 devices");
        assertThatThrownBy(() -> new SumOfRests(space, 3).complete(new int[4], new int[4]))
                .hasMessageContaining("only 0 devices");
        assertThatThrownBy(() -> new SumOfRests(space, 1)).hasMessageContaining("hides nothing");
    }

    @Test
    void aDeviceSendsEachShareOnce() {
        assertThatThrownBy(() -> first.accept(1, new byte[32])).hasMessageContaining("its second");
        assertThatThrownBy(() -> third.accept(1, new int[4])).hasMessageContaining("before");
        assertThatThrownBy(() -> third.accept(5, new int[3])).hasMessageContaining("4 values");
    }
}
