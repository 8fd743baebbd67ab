// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RoutingTableTest {

    private static final Instant STARTED = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void anOlderReportChangesNothingAndALaterProcessStartsAnew() {
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 7, State.READY, 0), 0)
                .reported(replica("a", 6, State.FAILED, 0), 1);
        assertThat(chosen(table)).isEqualTo("a");
        Replica restarted =
                new Replica("a", URI.create("http://h:1"), STARTED.plusSeconds(60), 0, false, served(State.LOADING, 0));
        assertThat(choose(table.suspected("a").reported(restarted, 2))).isEqualTo(new Choice.Loading());
        assertThat(choose(table.reported(restarted, 2).reported(replica("a", 8, State.READY, 0), 3)))
                .as("a late word of the former process")
                .isEqualTo(new Choice.Loading());
    }

    @Test
    void aSilentReplicaIsAskedAfterThreeSecondsAndOnceASecond() {
        RoutingTable table = RoutingTable.empty().reported(replica("a", 1, State.READY, 0), 0);
        assertThat(table.due(seconds(2.9))).isEmpty();
        assertThat(table.due(seconds(3))).hasSize(1);
        RoutingTable asked = table.asked("a", seconds(3));
        assertThat(asked.due(seconds(3.5))).isEmpty();
        assertThat(asked.due(seconds(4))).hasSize(1);
        assertThat(chosen(asked)).as("it stays in use while it is asked").isEqualTo("a");
    }

    @Test
    void aReplicaThatIsLateWithItsAnswerIsAskedForAMinute() {
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 1, State.READY, 0), 0)
                .asked("a", seconds(3))
                .suspected("a");
        assertThat(table.isSuspect("a")).isTrue();
        assertThat(table.due(seconds(4))).hasSize(1);
        assertThat(table.isLost("a", seconds(59.9))).isFalse();
        assertThat(table.isLost("a", seconds(60))).isTrue();
        RoutingTable answered = table.answered(replica("a", 2, State.READY, 0), seconds(30));
        assertThat(chosen(answered)).isEqualTo("a");
        assertThat(answered.isLost("a", seconds(60))).isFalse();
        assertThat(table.left("a").isLost("a", 0)).isTrue();
    }

    @Test
    void aReplicaThatDoesNotAnswerHasLeftWithinFiveSecondsOfItsLastReport() {
        RoutingProperties usual = new Binder(new MapConfigurationPropertySource())
                .bindOrCreate("rivulet.routing", RoutingProperties.class);
        assertThat(RoutingTable.SILENCE.plus(usual.tick()).plus(usual.probeTimeout()))
                .isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anAnswerCountsAsAReportAndKeepsTheNewerWord() {
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 5, State.READY, 0), 0)
                .answered(replica("a", 4, State.FAILED, 0), seconds(3));
        assertThat(chosen(table)).isEqualTo("a");
        assertThat(table.due(seconds(5.9))).isEmpty();
        assertThat(chosen(table.answered(replica("a", 5, State.READY, 0), seconds(4))))
                .isEqualTo("a");
    }

    @Test
    void aReplicaWhoseClockWasSetBackIsBelievedWhenItIsAsked() {
        Replica back = new Replica(
                "a", URI.create("http://h:1"), STARTED.minusSeconds(3_600), 1, false, served(State.LOADING, 0));
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 50, State.READY, 0), 0)
                .reported(back, seconds(1));
        assertThat(chosen(table)).as("a report from before may be an old one").isEqualTo("a");
        assertThat(table.due(seconds(3))).hasSize(1);

        table = table.answered(back, seconds(3));

        assertThat(choose(table)).isInstanceOf(Choice.Loading.class);
        Replica ready = new Replica("a", back.url(), back.startedAt(), 2, false, served(State.READY, 0));
        assertThat(chosen(table.reported(ready, seconds(4)))).isEqualTo("a");
    }

    @Test
    void anAnswerOfAReplicaThatHasLeftDoesNotBringItBack() {
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 1, State.READY, 0), 0)
                .left("a")
                .answered(replica("a", 2, State.READY, 0), 1);
        assertThat(choose(table)).isEqualTo(new Choice.NoReplica());
    }

    @Test
    void aSuspectGetsNoWorkIsAskedAtOnceAndComesBackByItsAnswerAlone() {
        RoutingTable table = RoutingTable.empty()
                .reported(replica("a", 1, State.READY, 0), seconds(10))
                .suspected("a");
        assertThat(choose(table)).isEqualTo(new Choice.NoReplica());
        assertThat(table.due(seconds(10))).hasSize(1);
        RoutingTable reported = table.reported(replica("a", 2, State.READY, 0), seconds(10.5));
        assertThat(choose(reported)).as("a report may have been under way").isEqualTo(new Choice.NoReplica());
        assertThat(reported.due(seconds(10.5)))
                .as("reports do not put off the question")
                .hasSize(1);
        assertThat(chosen(reported.answered(replica("a", 3, State.READY, 0), seconds(11))))
                .isEqualTo("a");
    }

    @Test
    void drainingFailedAndTriedReplicasGetNoWork() {
        RoutingTable table = RoutingTable.empty()
                .reported(new Replica("d", URI.create("http://h:1"), STARTED, 1, true, served(State.READY, 0)), 0)
                .reported(replica("f", 1, State.FAILED, 0), 0)
                .reported(replica("t", 1, State.READY, 0), 0);
        assertThat(table.ready("m", null, Set.of("t"))).isEmpty();
        assertThat(table.absence("m")).isEqualTo(new Choice.NoReplica());
    }

    @Test
    void absenceIsToldAsWhatItIs() {
        RoutingTable empty = RoutingTable.empty();
        assertThat(choose(empty)).as("before the first report nobody knows").isEqualTo(new Choice.NoReplica());
        RoutingTable table = empty.reported(replica("a", 1, State.LOADING, 0), 0);
        assertThat(choose(table)).isEqualTo(new Choice.Loading());
        assertThat(table.absence("other")).isEqualTo(new Choice.Unknown());
        RoutingTable left = table.reported(replica("b", 1, "n"), 0).left("a");
        assertThat(choose(left)).as("its last replica has left").isEqualTo(new Choice.NoReplica());
        assertThat(choose(left.forgetting(Duration.ofMinutes(61).toNanos()).reported(replica("b", 2, "n"), 0)))
                .as("and is forgotten")
                .isEqualTo(new Choice.Unknown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "gopher://h:70",
                "http://user:pass@h:80",
                "http://h",
                "http://h:80/path",
                "http://h:80?q",
                "http://h:80#f",
                "//h:80",
                "http:h:80"
            })
    void aUrlThatIsMoreOrLessThanAnEndpointIsRefused(String url) {
        assertThatThrownBy(() -> new Replica("a", URI.create(url), STARTED, 1, false, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thousandsOfReplicasDoNotEnter() {
        RoutingTable table = RoutingTable.empty();
        for (int i = 0; i < 1_100; i++) {
            table = table.reported(replica("r" + i, 1, State.READY, 0), 0);
        }
        assertThat(table.replicas()).hasSize(1_000);
    }

    private static Choice choose(RoutingTable table) {
        List<Choice.Chosen> ready = table.ready("m", null, Set.of());
        return ready.isEmpty() ? table.absence("m") : ready.getFirst();
    }

    private static String chosen(RoutingTable table) {
        return ((Choice.Chosen) choose(table)).replica().id();
    }

    private static Replica replica(String id, long sequence, State state, long outstanding) {
        return new Replica(id, URI.create("http://h:1"), STARTED, sequence, false, served(state, outstanding));
    }

    private static Replica replica(String id, long sequence, String model) {
        return new Replica(
                id,
                URI.create("http://h:1"),
                STARTED,
                sequence,
                false,
                List.of(new Served(model, "1", State.READY, 64, 0)));
    }

    private static List<Served> served(State state, long outstanding) {
        return List.of(new Served("m", "1", state, 64, outstanding));
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }
}
