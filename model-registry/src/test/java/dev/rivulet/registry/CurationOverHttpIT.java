// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.registry.Client.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@WholeRegistry
class CurationOverHttpIT {

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aTagOfAVersionIsSetShownToldToReadersAndRemoved() {
        client.create("tagged");
        client.register("tagged", "1");

        Answer set = client.put("/api/models/tagged/versions/1/tags/checked%2Fby", "{\"value\":\"ann\"}");
        assertThat(set.status()).isEqualTo(200);
        assertThat(set.header("etag")).isEqualTo("\"3\"");
        assertThat(set.body()
                        .path("versions")
                        .get(0)
                        .path("tags")
                        .path("checked/by")
                        .asString())
                .isEqualTo("ann");
        assertThat(client.put("/api/models/tagged/versions/1/tags/checked%2Fby", "{\"value\":\"ann\"}")
                        .header("etag"))
                .isEqualTo("\"3\"");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(Records.events(broker.address(), "tagged")).hasSize(3));
        assertThat(Records.events(broker.address(), "tagged")
                        .getLast()
                        .data()
                        .getVersions(0)
                        .getTagsMap())
                .containsEntry("checked/by", "ann")
                .containsEntry("by", "test");

        assertThat(client.delete("/api/models/tagged/versions/1/tags/checked%2Fby")
                        .status())
                .isEqualTo(200);
        assertThat(client.delete("/api/models/tagged/versions/1/tags/checked%2Fby")
                        .code())
                .isEqualTo("not_found");
        assertThat(client.register("tagged", "1").status())
                .as("the same version again")
                .isEqualTo(200);
    }

    @Test
    void aTagThatAVersionWasRegisteredWithNeverChanges() {
        client.create("stamped");
        client.register("stamped", "1");

        Answer set = client.put("/api/models/stamped/versions/1/tags/by", "{\"value\":\"another\"}");
        Answer removed = client.delete("/api/models/stamped/versions/1/tags/by");

        assertThat(set.status()).isEqualTo(409);
        assertThat(removed.status()).isEqualTo(409);
        assertThat(client.put("/api/models/stamped/versions/1/tags/by", "{\"value\":\"test\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void badTagsLicencesAndCardsAreRefused() {
        client.create("badly");

        assertThat(client.put("/api/models/badly/tags/team", "{}").param()).isEqualTo("value");
        assertThat(client.put("/api/models/badly/tags/" + "k".repeat(129), "{\"value\":\"\"}")
                        .param())
                .isEqualTo("tags");
        assertThat(client.put("/api/models/badly/tags/team", "{\"value\":\"\\u0000\"}")
                        .param())
                .isEqualTo("tags");
        assertThat(client.send("PATCH", "/api/models/badly", "{\"license\":\"<script>\"}")
                        .param())
                .isEqualTo("license");
        assertThat(card("badly", "x".repeat(65_537)).param()).isEqualTo("card");
        assertThat(client.get("/api/models/badly/card").status()).isEqualTo(404);
        assertThat(client.put("/api/models/nobody/tags/team", "{\"value\":\"a\"}")
                        .code())
                .isEqualTo("model_not_found");
        assertThat(client.put("/api/models/badly/versions/9/tags/team", "{\"value\":\"a\"}")
                        .param())
                .isEqualTo("version");
        IntStream.range(0, 64).forEach(i -> client.put("/api/models/badly/tags/t" + i, "{\"value\":\"" + i + "\"}"));
        assertThat(client.put("/api/models/badly/tags/t64", "{\"value\":\"one too many\"}")
                        .code())
                .isEqualTo("conflict");
    }

    @Test
    void descriptionLicenceAndCardAreKeptAndReadBack() {
        client.create("carded");
        client.register("carded", "1");

        client.send("PATCH", "/api/models/carded", "{\"license\":\"Apache-2.0\",\"description\":\"talks of doors\"}");
        client.send("PATCH", "/api/models/carded/versions/1", "{\"description\":\"the first\"}");
        card("carded", "# Doors\n\u00e9");

        Answer model = client.get("/api/models/carded");
        assertThat(model.body().path("license").asString()).isEqualTo("Apache-2.0");
        assertThat(model.body().path("description").asString()).isEqualTo("talks of doors");
        assertThat(model.body().path("has_card").asBoolean()).isTrue();
        assertThat(model.body().at("/versions/0/description").asString()).isEqualTo("the first");
        Answer card = client.get("/api/models/carded/card");
        assertThat(new String(card.response().body(), UTF_8)).isEqualTo("# Doors\n\u00e9");
        assertThat(card.header("content-type")).startsWith("text/markdown");
        assertThat(client.get("/api/models/carded/revision/main")
                        .body()
                        .at("/cardData/license")
                        .asString())
                .isEqualTo("Apache-2.0");
    }

    @Test
    void modelsAreFoundByNameTagTaskAliasAndLicence() {
        for (String name : new String[] {"find_a-1", "find_a-2", "findxa-3"}) {
            client.create(name);
            client.put("/api/models/" + name + "/tags/team", "{\"value\":\"search\"}");
        }
        client.register("find_a-2", "1");
        client.alias("find_a-2", "blue", "1");
        client.send("PATCH", "/api/models/find_a-1", "{\"license\":\"MIT\"}");

        assertThat(found("name=find_a-*")).isEqualTo("find_a-1,find_a-2");
        assertThat(found("tag=team:search&limit=2")).isEqualTo("find_a-1,find_a-2");
        assertThat(found("tag=team:search&limit=2&offset=2")).isEqualTo("findxa-3");
        assertThat(found("tag=team:search&alias=blue")).isEqualTo("find_a-2");
        assertThat(found("tag=team:search&license=MIT")).isEqualTo("find_a-1");
        assertThat(found("tag=team:search&task=lora-adapter")).isEmpty();
        assertThat(found("tag=team:'%20or%20true--")).isEmpty();
        assertThat(client.get("/api/search?limit=0").param()).isEqualTo("limit");
        assertThat(client.get("/api/search?offset=-1").param()).isEqualTo("offset");
        assertThat(client.get("/api/search?tag=none").param()).isEqualTo("tag");
        assertThat(client.get("/api/search?owner=me").param()).isEqualTo("owner");
        assertThat(client.get("/api/search?task=telepathy").param()).isEqualTo("task");
        assertThat(client.get("/api/search?" + "tag=a:b&".repeat(21)).param()).isEqualTo("filter");
    }

    @Test
    void aVersionIsRemovedWhenNoAliasPointsToItAndAModelComesBackUnderALaterRevision() {
        client.create("leaving");
        client.register("leaving", "1");
        client.alias("leaving", "champion", "1");

        assertThat(client.delete("/api/models/leaving/versions/1").code()).isEqualTo("conflict");
        assertThat(client.delete("/api/models/leaving").code()).isEqualTo("conflict");
        client.delete("/api/models/leaving/aliases/champion");
        assertThat(client.delete("/api/models/leaving/versions/1").status()).isEqualTo(200);
        assertThat(client.delete("/api/models/leaving/versions/1").status()).isEqualTo(404);
        assertThat(client.send(client.request("/api/models/leaving")
                                .header("if-match", "\"1\"")
                                .DELETE())
                        .code())
                .isEqualTo("conflict");
        assertThat(client.delete("/api/models/leaving").status()).isEqualTo(204);
        assertThat(client.get("/api/models/leaving").status()).isEqualTo(404);

        assertThat(client.create("leaving").header("etag")).isEqualTo("\"7\"");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Records.events(broker.address(), "leaving"))
                        .extracting(event -> event.data().getRevision())
                        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L));
    }

    private String found(String query) {
        return String.join(
                ",", client.get("/api/search?" + query).body().path("models").findValuesAsString("name"));
    }

    private Answer card(String model, String text) {
        return client.send(client.request("/api/models/" + model + "/card")
                .header("content-type", "text/markdown;charset=UTF-8")
                .PUT(BodyPublishers.ofString(text)));
    }
}
