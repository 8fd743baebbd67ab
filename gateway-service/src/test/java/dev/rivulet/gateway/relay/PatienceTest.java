// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static dev.rivulet.gateway.relay.Patience.Due.NOTHING;
import static dev.rivulet.gateway.relay.Patience.Due.NO_FIRST_BYTE;
import static dev.rivulet.gateway.relay.Patience.Due.PING;
import static dev.rivulet.gateway.relay.Patience.Due.REPLICA_SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PatienceTest {

    private static final RelayProperties LIMITS = new RelayProperties(
            DataSize.ofMegabytes(1),
            DataSize.ofMegabytes(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            64,
            DataSize.ofMegabytes(1),
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(100),
            Duration.ofSeconds(10));

    private final Patience patience = new Patience(LIMITS, 0);

    @Test
    void pingsAreDueUntilTheFirstByte() {
        assertThat(patience.due(seconds(9))).isEqualTo(NOTHING);
        assertThat(patience.next(seconds(9))).isEqualTo(seconds(1));
        assertThat(patience.due(seconds(10))).isEqualTo(PING);
        patience.pinged(seconds(10));
        assertThat(patience.due(seconds(19))).isEqualTo(NOTHING);
        patience.heard(seconds(19));
        assertThat(patience.due(seconds(25))).isEqualTo(NOTHING);
    }

    @Test
    void anAnswerThatDoesNotBeginIsGivenUp() {
        assertThat(patience.due(seconds(60))).isEqualTo(NO_FIRST_BYTE);
    }

    @Test
    void aReplicaIsGivenUpForItsSilenceOnlyWhileItIsWaitedFor() {
        patience.heard(seconds(1));
        assertThat(patience.due(seconds(21))).isEqualTo(REPLICA_SILENT);
        patience.waiting(false, seconds(2));
        assertThat(patience.due(seconds(90)))
                .as("the reader stalls, so the replica may rest")
                .isEqualTo(NOTHING);
        patience.waiting(true, seconds(90));
        assertThat(patience.due(seconds(100))).isEqualTo(NOTHING);
        assertThat(patience.due(seconds(110))).isEqualTo(REPLICA_SILENT);
    }

    @Test
    void afterTheEndNothingIsDue() {
        patience.over();
        assertThat(patience.due(seconds(1_000))).isEqualTo(NOTHING);
        assertThat(patience.next(seconds(1_000))).isEqualTo(seconds(20));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
