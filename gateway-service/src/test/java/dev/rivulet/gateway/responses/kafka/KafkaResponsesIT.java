// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.TestKafka;
import dev.rivulet.gateway.responses.Chunks;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Two gateways on one broker that share responses, and a third that starts when the first is gone. */
class KafkaResponsesIT {

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka();

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PATH = "/v1/responses";

    @Test
    void aResponseIsFollowedAndForgottenAtAnotherGatewayAndAfterARestart() throws Exception {
        String kept;
        String gone;
        try (StubReplica replica = StubReplica.start("shared");
                GatewayFixture other = gateway()) {
            replica.json(200, Chunks.whole("\"content\":\"Good morning\",\"refusal\":null", "stop"));
            other.join(replica);
            try (GatewayFixture one = gateway()) {
                one.join(replica);
                kept = asked(one, "");
                gone = asked(one, "");
                await().atMost(SOON).until(() -> status(other, gone) == 200);
                assertThat(other.get(PATH + "/" + kept).body())
                        .isEqualTo(one.get(PATH + "/" + kept).body());
            }
            assertThat(other.statusFor(GatewayFixture.KEY, "DELETE", PATH + "/" + gone))
                    .isEqualTo(200);
            String follower = asked(other, ",\"previous_response_id\":\"" + kept + "\"");
            assertThat(other.get(PATH + "/" + follower + "/input_items").body()).contains("first words");
        }
        try (GatewayFixture later = gateway()) {
            assertThat(status(later, kept)).isEqualTo(200);
            await("what runs in the background is known too").atMost(SOON).until(() -> status(later, gone) != 503);
            assertThat(status(later, gone)).isEqualTo(404);
        }
    }

    private static String asked(GatewayFixture gateway, String more) throws Exception {
        HttpResponse<String> answer = gateway.post(PATH, "{\"model\":\"m\",\"input\":\"first words\"" + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body()).path("id").asString();
    }

    private static int status(GatewayFixture gateway, String id) throws Exception {
        return gateway.get(PATH + "/" + id).statusCode();
    }

    private static GatewayFixture gateway() {
        GatewayFixture gateway = GatewayFixture.startOn(KAFKA.brokers(), "rivulet.responses.shared=kafka");
        await().atMost(SOON).until(gateway.bean(KafkaResponses.class)::caughtUp);
        return gateway;
    }
}
