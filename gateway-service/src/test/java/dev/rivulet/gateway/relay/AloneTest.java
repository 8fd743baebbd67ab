// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import org.junit.jupiter.api.Test;

/** A gateway whose config-server and Kafka are not there when it starts. */
class AloneTest {

    private static final String NOWHERE = "127.0.0.1:1";

    @Test
    void itStartsWithItsDefaultsAndServesTheReplicasThatItKnows() throws Exception {
        try (StubReplica replica = StubReplica.start("replica");
                GatewayFixture gateway = GatewayFixture.start(
                        "spring.cloud.config.enabled=true",
                        "RIVULET_CONFIG_URL=http://" + NOWHERE,
                        "spring.cloud.stream.kafka.binder.brokers=" + NOWHERE,
                        "rivulet.jobs.enabled=true")) {
            gateway.join(replica);

            assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
            assertThat(gateway.get("/v1/models").body()).contains("\"id\":\"m\"");
            assertThat(gateway.post("/v1/jobs", "{\"endpoint\":\"/v1/completions\",\"body\":{\"model\":\"m\"}}")
                            .body())
                    .contains("broker_unavailable");
        }
    }
}
