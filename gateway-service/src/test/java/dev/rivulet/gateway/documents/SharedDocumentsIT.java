// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.NodePostgres;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Two gateways, each with its own files, whose documents are found by what they mean in one PostgreSQL with pgvector. */
class SharedDocumentsIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void whatOneGatewayKeepsAnotherFindsAndWithoutTheDatabaseWordsAloneCount() throws Exception {
        try (NodePostgres postgres = NodePostgres.start();
                StubReplica replica = StubReplica.start("meaning-1").serving("1", MeantDocumentsTest.MODEL);
                GatewayFixture one = gateway("one", postgres);
                GatewayFixture other = gateway("other", postgres)) {
            replica.answeringEach((received, response) -> response.header("content-type", "application/json")
                    .sendString(Mono.just(MeantDocumentsTest.vectors(received.body()))));
            one.join(replica);
            other.join(replica);
            HttpResponse<String> kept =
                    one.post("/v1/documents", "{\"name\":\"handbook\",\"text\":\"" + MeantDocumentsTest.TEXT + "\"}");
            assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
            String id = JSON.readTree(kept.body()).path("id").asString();
            await().atMost(PATIENCE)
                    .until(() -> one.get("/v1/documents/" + id).body().contains("\"status\":\"ready\""));
            assertThat(one.get("/v1/documents").body()).contains("\"status\":\"ready\"", "\"embedded\":2");

            other.join(replica);
            assertThat(asked(other, "cycling to work")).contains("Bicycles stand in the basement.");
            assertThat(other.get("/v1/documents/" + id).statusCode())
                    .as("the document itself lies where it was sent to")
                    .isEqualTo(404);

            postgres.close();
            one.join(replica);
            assertThat(asked(one, "cycling to work"))
                    .doesNotContain("basement")
                    .contains("I could search your documents by their words alone.", "\"passages\":\"words_alone\"");
            assertThat(asked(one, "where do bicycles stand")).contains("basement", "\"passages\":\"words_alone\"");
            assertThat(one.get("/v1/documents").body()).contains("\"status\":\"words\"");
            assertThat(one.statusFor(GatewayFixture.KEY, "DELETE", "/v1/documents/" + id))
                    .as("what can't be deleted everywhere is not deleted")
                    .isEqualTo(503);
            assertThat(one.get("/v1/documents/" + id).statusCode()).isEqualTo(200);
        }
    }

    private GatewayFixture gateway(String name, NodePostgres postgres) {
        return GatewayFixture.start(MeantDocumentsTest.quoting(
                "rivulet.files.folder=" + folder.resolve(name),
                "rivulet.documents.vectors=pgvector",
                "rivulet.documents.pgvector.url=" + postgres.url(),
                "rivulet.documents.pgvector.username=" + NodePostgres.user(),
                "rivulet.documents.pgvector.password=any",
                "rivulet.documents.pgvector.patience=8s",
                "rivulet.documents.pgvector.failures=1",
                "rivulet.documents.pgvector.pause=1h"));
    }

    private static String asked(GatewayFixture gateway, String question) throws Exception {
        HttpResponse<String> answer = gateway.chat(
                "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}");
        return answer.body();
    }
}
