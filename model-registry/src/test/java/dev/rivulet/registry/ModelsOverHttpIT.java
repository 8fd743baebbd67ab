// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.Event;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.registry.Client.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@WholeRegistry
class ModelsOverHttpIT {

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
    void aModelIsRegisteredGivenAVersionAndAnAliasAndEveryChangeIsTold() {
        assertThat(client.create("door-talk").status()).isEqualTo(201);
        Answer version = client.register("door-talk", "1.0");
        assertThat(version.status()).isEqualTo(201);
        assertThat(version.body().at("/files/0/path").asString()).isEqualTo("config.json");
        Answer alias = client.alias("door-talk", "champion", "1.0");
        assertThat(alias.status()).isEqualTo(200);
        assertThat(alias.header("etag")).isEqualTo("\"3\"");

        Answer model = client.get("/api/models/door-talk");
        assertThat(model.body().at("/aliases/champion").asString()).isEqualTo("1.0");
        assertThat(model.body().at("/versions/0/version").asString()).isEqualTo("1.0");
        assertThat(model.body().at("/versions/0/aliases/0").asString()).isEqualTo("champion");
        assertThat(client.get("/api/models/door-talk/versions/1.0").status()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Records.events(broker.address(), "door-talk"))
                        .hasSize(3));
        List<Event<ModelVersionChanged>> events = Records.events(broker.address(), "door-talk");
        assertThat(events).extracting(event -> event.data().getRevision()).containsExactly(1L, 2L, 3L);
        ModelVersionChanged last = events.getLast().data();
        assertThat(last.getAliases(0).getVersion()).isEqualTo("1.0");
        assertThat(last.getVersions(0).getFiles(0).getSha256()).hasSize(64);
        assertThat(last.getRegistryUrl()).isEqualTo("http://registry.test:7102");
    }

    @Test
    void theRecordCarriesCloudEventsHeadersInRawUtf8AndTheTraceOfTheRequest() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        client.send(client.json("/api/models")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"traced\",\"task\":\"text-generation\"}")));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(Records.of(broker.address(), "traced")).hasSize(1));
        ConsumerRecord<byte[], byte[]> record =
                Records.of(broker.address(), "traced").getFirst();
        Map<String, byte[]> headers = Records.headers(record);
        assertThat(new String(record.key(), UTF_8)).isEqualTo("traced");
        assertThat(headers.keySet())
                .containsExactlyInAnyOrder(
                        "ce_specversion",
                        "ce_id",
                        "ce_source",
                        "ce_type",
                        "ce_subject",
                        "ce_time",
                        "ce_dataschema",
                        "ce_traceparent",
                        "content-type");
        assertThat(new String(headers.get("ce_type"), UTF_8)).isEqualTo("rivulet.model.v1.ModelVersionChanged");
        assertThat(new String(headers.get("ce_source"), UTF_8)).isEqualTo("/model-registry");
        assertThat(new String(headers.get("content-type"), UTF_8)).isEqualTo("application/protobuf");
        assertThat(new String(headers.get("ce_traceparent"), UTF_8)).matches("00-" + trace + "-[0-9a-f]{16}-01");
    }

    @Test
    void repeatingWhatIsDoneChangesNothing() {
        client.create("again");
        client.register("again", "1");
        client.alias("again", "champion", "1");

        assertThat(client.create("again").status()).isEqualTo(200);
        assertThat(client.register("again", "1").status()).isEqualTo(200);
        assertThat(client.alias("again", "champion", "1").header("etag")).isEqualTo("\"3\"");
    }

    @Test
    void aRegisteredVersionNeverChanges() {
        client.create("fixed");
        client.register("fixed", "1");

        Answer other = client.register("fixed", "1", client.file("config.json", "{\"other\":true}"));

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("already_exists");
        assertThat(other.param()).isEqualTo("version");
    }

    @Test
    void aChangeThatExpectsAnotherRevisionIsRefused() {
        client.create("seen");
        client.register("seen", "1");

        Answer stale = client.send(client.json("/api/models/seen/aliases/champion")
                .header("if-match", "\"1\"")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{\"version\":\"1\"}")));
        Answer fresh = client.send(client.json("/api/models/seen/aliases/champion")
                .header("if-match", "\"2\"")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{\"version\":\"1\"}")));

        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.code()).isEqualTo("conflict");
        assertThat(fresh.status()).isEqualTo(200);
    }

    @Test
    void anAliasIsRemovedOnce() {
        client.create("unnamed");
        client.register("unnamed", "1");
        client.alias("unnamed", "canary", "1");

        assertThat(client.delete("/api/models/unnamed/aliases/canary").status()).isEqualTo(200);
        assertThat(client.delete("/api/models/unnamed/aliases/canary").status()).isEqualTo(404);
    }

    @Test
    void modelsAreListedInPages() {
        List.of("page-c", "page-a", "page-b").forEach(client::create);

        Answer first = client.get("/api/models?after=page&limit=2");
        Answer second = client.get(
                "/api/models?limit=2&after=" + first.body().path("next").asString());

        assertThat(first.body().at("/models/0/name").asString()).isEqualTo("page-a");
        assertThat(first.body().at("/models/1/name").asString()).isEqualTo("page-b");
        assertThat(second.body().at("/models/0/name").asString()).isEqualTo("page-c");
    }

    @Test
    void everyAnswerHasARequestIdAndAForgedOneIsReplaced() {
        assertThat(client.get("/api/models").header("x-request-id")).hasSize(36);
        assertThat(client.send(client.request("/api/models").header("x-request-id", "abc-1"))
                        .header("x-request-id"))
                .isEqualTo("abc-1");
        assertThat(client.send(client.request("/api/models").header("x-request-id", "a b/../c"))
                        .header("x-request-id"))
                .hasSize(36);
    }

    @Test
    void healthIsTrueAndSecretsAreNotExposed() {
        assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
        assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
        for (String closed : List.of("env", "heapdump", "shutdown", "configprops", "beans", "threaddump")) {
            assertThat(client.get("/actuator/" + closed).status()).as(closed).isEqualTo(404);
        }
        String metrics =
                new String(client.get("/actuator/prometheus").response().body(), UTF_8);
        assertThat(metrics).contains("rivulet_outbox_oldest_age_seconds");
    }
}
