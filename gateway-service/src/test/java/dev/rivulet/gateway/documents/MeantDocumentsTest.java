// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Documents that are found by what they mean: to this model whatever speaks of wheels lies in one direction, and the rest in another. */
class MeantDocumentsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    static final String MODEL = "meaning";
    static final String TEXT = "# Two wheels\\nBicycles stand in the basement.\\n\\n# Dogs\\nDogs stay at home.";

    private static final AtomicBoolean failing = new AtomicBoolean();
    private static GatewayFixture gateway;
    private static StubReplica replica;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(quoting());
        replica = StubReplica.start("meaning-1").serving("1", MODEL);
        replica.answeringEach((received, response) -> failing.get()
                ? response.status(500)
                        .header("content-type", "application/json")
                        .sendString(Mono.just("{}"))
                : response.header("content-type", "application/json").sendString(Mono.just(vectors(received.body()))));
    }

    /** A gateway whose assistant quotes documents and does nothing else. @param more settings */
    static String[] quoting(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "rivulet.documents.model=" + MODEL,
                "rivulet.documents.batch=1",
                "rivulet.documents.patience=30s",
                "rivulet.relay.attempts=1",
                "rivulet.assistant.fusion=quotes",
                "rivulet.assistant.fusions.quotes.outputs=sources",
                "rivulet.assistant.fusions.quotes.stages.passages.kind=retrieve",
                "rivulet.assistant.fusions.quotes.stages.passages.inputs.question=question",
                "rivulet.assistant.fusions.quotes.stages.passages.deadline=40s",
                "rivulet.assistant.fusions.quotes.stages.sources.kind=quote",
                "rivulet.assistant.fusions.quotes.stages.sources.inputs.passages=passages",
                off("spoken"),
                off("typed"),
                off("intent"),
                off("slots"),
                off("meaning"),
                off("prompt"),
                off("answer"),
                off("facts"),
                off("platform"),
                off("rules")));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String off(String stage) {
        return "rivulet.assistant.fusions.quotes.stages." + stage + ".kind=off";
    }

    @AfterAll
    static void stop() {
        gateway.close();
        replica.close();
    }

    /** What the model says. */
    static String vectors(byte[] body) {
        ArrayNode data = JSON.createArrayNode();
        for (JsonNode text :
                JSON.readTree(new String(body, StandardCharsets.UTF_8)).path("input")) {
            boolean wheels = text.asString("").toLowerCase().matches("(?s).*(bicycle|cycling|wheel).*");
            ArrayNode vector = data.addObject().put("index", data.size()).putArray("embedding");
            vector.add(wheels ? 3.0 : 0.1).add(wheels ? 0.1 : 2.0);
        }
        return JSON.createObjectNode().put("object", "list").set("data", data).toString();
    }

    @Test
    void aQuestionWithoutACommonWordFindsItsPassageOnceTheDocumentIsEmbedded() throws Exception {
        String id = keep();
        HttpResponse<String> events = gateway.get("/v1/documents/" + id + "/events");
        assertThat(events.body()).contains("event: document.ready").contains("\"embedded\":2");
        assertThat(found("cycling to work")).contains("Bicycles stand in the basement.");

        failing.set(true);
        assertThat(found("cycling to work")).as("no vector, no common word").doesNotContain("basement");
        assertThat(found("where do bicycles stand")).as("by its words").contains("basement");
        failing.set(false);

        assertThat(gateway.statusFor(GatewayFixture.KEY, "DELETE", "/v1/documents/" + id))
                .isEqualTo(200);
        assertThat(found("cycling to work")).doesNotContain("basement");
        assertThat(gateway.get("/v1/documents/" + id + "/events").statusCode()).isEqualTo(404);
    }

    @Test
    void aDocumentThatNobodyEmbedsIsKeptAndFoundByItsWords() throws Exception {
        failing.set(true);
        String id = keep();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.get("/v1/documents/" + id).body().contains("\"status\":\"words\""));
        assertThat(found("where do dogs stay")).contains("Dogs stay at home.");
        failing.set(false);
        gateway.statusFor(GatewayFixture.KEY, "DELETE", "/v1/documents/" + id);
    }

    private static String keep() throws Exception {
        gateway.join(replica);
        HttpResponse<String> kept = gateway.post("/v1/documents", "{\"name\":\"handbook\",\"text\":\"" + TEXT + "\"}");
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        return JSON.readTree(kept.body()).path("id").asString();
    }

    private static String found(String question) throws Exception {
        gateway.join(replica);
        return gateway.chat(
                        "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}")
                .body();
    }
}
