// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    @Test
    void whoFindsNoRoomTakesNothing() {
        MemoryBudget budget = new MemoryBudget(100);
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.take(41)).isFalse();
        assertThat(budget.left()).isEqualTo(40);
        assertThat(budget.take(40)).isTrue();
        assertThat(budget.take(1)).isFalse();
        budget.give(60);
        assertThat(budget.take(60)).isTrue();
    }
}
