// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.rounds.FederationSettings.Energy;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);

    private final WaitingRoom room = new WaitingRoom(2);

    @Test
    void theSelectedGetTheirWorkAndTheOthersWaitOn() {
        CompletableFuture<Optional<Assignment>> a = room.enter(A).orElseThrow();
        CompletableFuture<Optional<Assignment>> b = room.enter(B).orElseThrow();
        Assignment work = new Assignment(
                1,
                new ModelVersion("sample", 0, "ff", null, true),
                Layout.flat("w", 1),
                Samples.START,
                Samples.settings(new Stopping(1, 0, 0, 1)));

        room.give(List.of(A), work);

        assertThat(a).isCompletedWithValue(Optional.of(work));
        assertThat(b).isNotDone();
        assertThat(room.devices()).containsExactly(B);
    }

    @Test
    void whoWaitsTwiceWaitsOnceAndWhoGoesIsGone() {
        CompletableFuture<Optional<Assignment>> first = room.enter(A).orElseThrow();
        CompletableFuture<Optional<Assignment>> second = room.enter(A).orElseThrow();

        assertThat(first).isCompletedWithValue(Optional.empty());
        assertThat(room.devices()).containsExactly(A);
        second.cancel(true);
        assertThat(room.devices()).isEmpty();
    }

    @Test
    void aFullRoomTakesNobody() {
        room.enter(A);
        room.enter(B);

        assertThat(room.enter(new UUID(0, 3))).isEmpty();
        room.empty();
        assertThat(room.devices()).isEmpty();
    }

    @Test
    void trainingShallHarmNobody() {
        Energy energy = new Energy(20, false);

        assertThat(Conductor.harmless(null, energy)).isTrue();
        assertThat(Conductor.harmless(said(19, false, false), energy)).isFalse();
        assertThat(Conductor.harmless(said(20, false, false), energy)).isTrue();
        assertThat(Conductor.harmless(said(5, true, false), energy)).isTrue();
        assertThat(Conductor.harmless(said(5, true, true), energy)).isFalse();
        assertThat(Conductor.harmless(said(5, true, true), new Energy(20, true)))
                .isTrue();
    }

    private static Capabilities said(int battery, boolean charging, boolean metered) {
        return Capabilities.newBuilder()
                .setBatteryPercent(battery)
                .setCharging(charging)
                .setMetered(metered)
                .build();
    }
}
