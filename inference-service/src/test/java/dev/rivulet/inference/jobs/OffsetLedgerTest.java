// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

    @Test
    void thePositionIsTheFirstThatIsNotDoneAndTheMetadataHasTheOthers() {
        OffsetLedger ledger = new OffsetLedger(10, "");
        for (long offset = 10; offset < 60; offset++) {
            assertThat(ledger.begin(offset)).isTrue();
        }
        ledger.end(10);
        ledger.end(12);
        ledger.end(50);

        assertThat(ledger.position()).isEqualTo(11);
        assertThat(ledger.metadata()).isEqualTo("1,13");
        assertThat(ledger.span()).isEqualTo(49);
    }

    @Test
    void aSuccessorBeginsWhatIsNotDoneAndNothingElse() {
        OffsetLedger successor = new OffsetLedger(11, "1,13");

        assertThat(successor.begin(10)).isFalse();
        assertThat(successor.begin(11)).isTrue();
        assertThat(successor.begin(12)).isFalse();
        assertThat(successor.begin(13)).isTrue();
        assertThat(successor.begin(13)).isFalse();
        successor.end(11);
        assertThat(successor.position()).isEqualTo(13);
        successor.end(13);
        assertThat(successor.position()).isEqualTo(14);
        assertThat(successor.begin(50)).isFalse();
    }

    @Test
    void whatOthersWroteIntoTheMetadataMeansNothing() {
        OffsetLedger ledger = new OffsetLedger(3, "host=replica-1; Zeit");

        assertThat(ledger.begin(4)).isTrue();
        assertThat(ledger.metadata()).isEmpty();
    }

    @Test
    void howOftenAJobWasBegunIsKnownToASuccessorUntilItEndsOrIsGivenBack() {
        OffsetLedger ledger = new OffsetLedger(10, "");
        for (long offset = 10; offset < 14; offset++) {
            ledger.begin(offset);
        }
        ledger.run(11);
        ledger.run(11);
        ledger.run(12);
        ledger.run(13);
        ledger.end(12);
        ledger.giveBack(13);

        assertThat(ledger.metadata()).isEqualTo("2,1.2");
        OffsetLedger successor = new OffsetLedger(ledger.position(), ledger.metadata());
        assertThat(successor.begin(11)).isTrue();
        assertThat(successor.begun(11)).isEqualTo(2);
        assertThat(successor.begin(12)).isFalse();
        assertThat(successor.begin(13)).isTrue();
        assertThat(successor.begun(13)).isZero();
        successor.end(11);
        assertThat(successor.begun(11)).isZero();
    }
}
