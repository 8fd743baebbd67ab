// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class JobsWithoutBrokerTest {

    @Test
    void callersAreToldToComeBackAndEverythingElseGoesOn() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(
                "rivulet.jobs.enabled=true", "spring.cloud.stream.kafka.binder.brokers=127.0.0.1:1")) {
            HttpResponse<String> refused =
                    gateway.post("/v1/jobs", "{\"endpoint\":\"/v1/completions\",\"body\":{\"model\":\"m\"}}");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("broker_unavailable");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(200);
        }
    }
}
