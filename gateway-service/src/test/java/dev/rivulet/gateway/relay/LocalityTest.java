// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGateway.class)
class LocalityTest {

    private static final String INSTRUCTIONS = "You are the assistant of building %d and know its rooms. ";

    private final GatewayFixture gateway;
    private final List<StubReplica> replicas = Stream.of("one", "two", "three")
            .map(name -> StubReplica.start(name + "-" + System.nanoTime()))
            .toList();

    LocalityTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void join() {
        replicas.forEach(gateway::join);
    }

    @AfterEach
    void leave() {
        replicas.forEach(replica -> gateway.routes().left(replica.id()));
        replicas.forEach(StubReplica::close);
    }

    @Test
    void promptsWithTheSameInstructionsGoToOneReplica() throws Exception {
        double before = routed("prefix");
        for (int question = 0; question < 6; question++) {
            gateway.chat(chat(1, "Question " + question));
        }
        assertThat(replicas).extracting(replica -> replica.received.size()).containsExactlyInAnyOrder(0, 0, 6);
        assertThat(routed("prefix") - before).isEqualTo(6);
    }

    @Test
    void twentyPrefixesAreSpreadOverAllAndEachStaysAtOne() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (int building = 0; building < 20; building++) {
                gateway.chat(chat(building, "Question " + round));
            }
        }
        for (StubReplica replica : replicas) {
            assertThat(replica.received).isNotEmpty();
            assertThat(replica.received.size() % 2)
                    .as("both rounds of a prefix")
                    .isZero();
        }
    }

    @Test
    void aSessionStaysAtItsReplicaWhateverItsPrompts() throws Exception {
        for (int building = 0; building < 6; building++) {
            gateway.post(GatewayFixture.CHAT, chat(building, "Hello"), "x-session-id", "s-17");
        }
        assertThat(replicas).extracting(replica -> replica.received.size()).containsExactlyInAnyOrder(0, 0, 6);
    }

    @Test
    void theNextTurnOfAConversationGoesWhereTheLastOneWas() throws Exception {
        double before = routed("session");
        String turn = "{\"role\":\"user\",\"content\":\"Hi\"}";
        for (int i = 0; i < 4; i++) {
            gateway.chat("{\"model\":\"m\",\"messages\":[" + turn + "]}");
            turn += ",{\"role\":\"assistant\",\"content\":\"a%d\"},{\"role\":\"user\",\"content\":\"q%d\"}"
                    .formatted(i, i);
        }
        assertThat(replicas).extracting(replica -> replica.received.size()).containsExactlyInAnyOrder(0, 0, 4);
        assertThat(routed("session") - before).isEqualTo(3);
    }

    @Test
    void aSessionThatCanNotBeNamedIsRefused() throws Exception {
        assertThat(gateway.post(GatewayFixture.CHAT, GatewayFixture.WHOLE, "x-session-id", "s".repeat(201))
                        .body())
                .contains("\"param\":\"x-session-id\"");
    }

    private double routed(String rule) {
        return gateway.bean(MeterRegistry.class)
                .get("rivulet.gateway.routed")
                .tag("rule", rule)
                .counter()
                .count();
    }

    private static String chat(int building, String question) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"%s\"},{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(INSTRUCTIONS.formatted(building).repeat(6), question);
    }
}
