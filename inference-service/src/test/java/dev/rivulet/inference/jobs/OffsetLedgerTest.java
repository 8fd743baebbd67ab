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
}
