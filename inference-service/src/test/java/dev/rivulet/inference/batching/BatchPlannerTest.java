// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPlannerTest {

    private final BatchPlanner planner = new BatchPlanner(new BatchLimits(5_000, 64, 4));

    private static WaitingRow row(long id, int length, long arrived) {
        return new WaitingRow(id, length, arrived, WaitingRow.NEVER);
    }

    @Test
    void aLoneRowWaitsForOthersUntilTheCeiling() {
        List<WaitingRow> rows = List.of(row(1, 10, 100));

        assertThat(planner.decide(rows, 200)).isEqualTo(new BatchDecision(List.of(), List.of(), 5_100));
        assertThat(planner.decide(rows, 5_100).batch()).isEqualTo(rows);
    }

    @Test
    void aFullBatchGoesAtOnce() {
        List<WaitingRow> rows = List.of(row(1, 10, 0), row(2, 12, 1), row(3, 16, 2), row(4, 3, 3), row(5, 3, 4));

        assertThat(planner.decide(rows, 5).batch()).isEqualTo(rows.subList(0, 4));
    }

    @Test
    void paddingCountsAgainstTheTokensOfABatch() {
        List<WaitingRow> rows = List.of(row(1, 20, 0), row(2, 32, 1), row(3, 20, 2));

        assertThat(planner.decide(rows, 3).batch()).isEqualTo(rows.subList(0, 2));
    }

    @Test
    void rowsOfVeryDifferentLengthsDoNotShareABatch() {
        List<WaitingRow> rows = List.of(row(1, 60, 0), row(2, 4, 1), row(3, 5, 2));

        assertThat(planner.decide(rows, 5_000).batch()).containsExactly(rows.get(0));
        assertThat(planner.decide(rows.subList(1, 3), 5_001).batch()).isEqualTo(rows.subList(1, 3));
    }

    @Test
    void aRowWhoseDeadlineHasPassedIsNotRun() {
        WaitingRow late = new WaitingRow(1, 8, 0, 1_000);

        assertThat(planner.decide(List.of(late), 500).wakeAt()).isEqualTo(1_000);
        assertThat(planner.decide(List.of(late), 1_000).expired()).containsExactly(late);
    }

    @Test
    void bucketsArePowersOfTwoFromSixteen() {
        assertThat(List.of(1, 16, 17, 32, 33, 512).stream().map(BatchPlanner::bucket))
                .containsExactly(16, 16, 32, 32, 64, 512);
    }
}
