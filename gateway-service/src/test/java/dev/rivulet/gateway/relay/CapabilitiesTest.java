// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedGateway.class)
class CapabilitiesTest {

    private final GatewayFixture gateway;
    private final StubReplica replica = StubReplica.start("able").json(200, "{\"object\":\"list\"}");

    CapabilitiesTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void join() {
        gateway.routes()
                .reported(new Replica(
                        replica.id(),
                        replica.url(),
                        replica.startedAt(),
                        0,
                        false,
                        List.of(
                                served("chat", "CHAT", "COMPLETION"),
                                served("vectors", "EMBEDDINGS"),
                                served("ranks", "RERANK"),
                                served("labels", "CLASSIFY"))));
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    private static Served served(String model, String... capabilities) {
        return new Served(model, "1", State.READY, 64, 0, Set.of(capabilities));
    }

    @ParameterizedTest
    @CsvSource({"/v1/embeddings, vectors", "/v1/rerank, ranks", "/v1/classify, labels", "/v1/completions, chat"})
    void aRequestReachesAModelThatCanDoIt(String path, String model) throws Exception {
        HttpResponse<String> answer = gateway.post(path, "{\"model\":\"" + model + "\",\"input\":\"a\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        assertThat(replica.received.getFirst().path()).endsWith(path.substring(1));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings, chat, /v1/chat/completions and /v1/completions",
        "/v1/chat/completions, vectors, /v1/embeddings",
        "/v1/rerank, labels, /v1/classify",
        "/v1/classify, ranks, /v1/rerank"
    })
    void aModelThatCannotDoItIsRefusedWithWhatItCan(String path, String model, String instead) throws Exception {
        HttpResponse<String> answer = gateway.post(path, "{\"model\":\"" + model + "\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("can't be asked at " + path + "; it answers " + instead)
                .contains("\"param\":\"model\"");
        assertThat(replica.received).isEmpty();
    }

    @Test
    void theListOfModelsSaysWhatEachCanDo() throws Exception {
        assertThat(gateway.get("/v1/models/labels").body()).contains("\"capabilities\":[\"CLASSIFY\"]");
    }

    @Test
    void theNewPathsNeedAKeyAndPost() throws Exception {
        assertThat(gateway.get("/v1/embeddings").statusCode()).isEqualTo(405);
        assertThat(gateway.send(java.net.http.HttpRequest.newBuilder(gateway.url("/v1/rerank"))
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(401);
    }
}
