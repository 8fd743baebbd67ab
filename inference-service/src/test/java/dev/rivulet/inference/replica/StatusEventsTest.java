// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.inference.v1.Capability;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.inference.contract.ReplicaStatus;
import dev.rivulet.inference.contract.ReplicaStatus.Served;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusEventsTest {

    private static final String NOW = "2026-11-27T14:00:00Z";

    private static List<Capability> reported(String... capabilities) throws Exception {
        Served served = new Served("m", "1", "READY", List.of(capabilities), 64, 1, 0, 0, 0, 0, 0, null);
        ReplicaStatus status =
                new ReplicaStatus("r", "http://127.0.0.1:1", 1, NOW, NOW, false, "cpu", 1, List.of(served));
        return ReplicaStatusReported.parseFrom(StatusEvents.message(status).getPayload())
                .getModels(0)
                .getCapabilitiesList();
    }

    @Test
    void everythingThatAModelCanDoIsReported() throws Exception {
        assertThat(reported(
                        "CHAT",
                        "COMPLETION",
                        "VISION",
                        "EMBEDDINGS",
                        "RERANK",
                        "CLASSIFY",
                        "TENSORS",
                        "AUDIO_COMMANDS",
                        "TRANSCRIPTION"))
                .hasSize(9)
                .contains(Capability.CAPABILITY_VISION);
    }

    @Test
    void whatTheEventHasNoNameForDoesNotSilenceTheReplica() throws Exception {
        assertThat(reported("CHAT", "TELEPATHY")).containsExactly(Capability.CAPABILITY_CHAT);
    }
}
