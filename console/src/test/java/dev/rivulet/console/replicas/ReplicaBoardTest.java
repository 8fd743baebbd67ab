// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaBoardTest {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
    private Instant now = START;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final ReplicaBoard board = new ReplicaBoard(
            new ReplicaSettings(Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ofSeconds(1), 2), clock);

    private Replica replica(String id, Instant startedAt, String device) {
        return new Replica(id, "http://" + id + ":7103", startedAt, now, false, false, device, 1, List.of());
    }

    @Test
    void showsReplicasByName() {
        board.report(replica("b", START, "cpu"), 1);
        board.report(replica("a", START, "cpu"), 1);

        assertThat(board.replicas()).extracting(Replica::id).containsExactly("a", "b");
    }

    @Test
    void keepsTheNewerOfTwoReports() {
        board.report(replica("a", START, "newer"), 2);
        board.report(replica("a", START, "older"), 1);

        assertThat(board.replicas()).singleElement().extracting(Replica::device).isEqualTo("newer");
    }

    @Test
    void takesARestartAsNewerWhateverItsSequence() {
        board.report(replica("a", START, "before"), 99);
        board.report(replica("a", START.plusSeconds(5), "after"), 1);
        board.report(replica("a", START, "late"), 100);

        assertThat(board.replicas()).singleElement().extracting(Replica::device).isEqualTo("after");
    }

    @Test
    void callsASilentReplicaStaleAndForgetsItInTheEnd() {
        board.report(replica("a", START, "cpu"), 1);
        now = START.plusSeconds(3);
        assertThat(board.replicas()).singleElement().matches(replica -> !replica.stale());

        now = START.plusSeconds(4);
        assertThat(board.replicas()).singleElement().matches(Replica::stale);

        now = START.plus(Duration.ofMinutes(6));
        assertThat(board.replicas()).isEmpty();
    }

    @Test
    void keepsNoMoreThanTheLimit() {
        List.of("a", "b", "c").forEach(id -> board.report(replica(id, START, "cpu"), 1));
        board.report(replica("b", START, "still told"), 2);

        assertThat(board.replicas()).extracting(Replica::id).containsExactly("a", "b");
        assertThat(board.replicas().getLast().device()).isEqualTo("still told");
    }

    @Test
    void dropsAReplicaThatSaidItIsGone() {
        board.report(replica("a", START, "cpu"), 1);
        board.remove("a");

        assertThat(board.replicas()).isEmpty();
    }
}
