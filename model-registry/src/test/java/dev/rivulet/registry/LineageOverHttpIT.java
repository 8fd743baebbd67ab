// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@WholeRegistry
class LineageOverHttpIT {

    @LocalServerPort
    private int port;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void whatAVersionTellsAndWhatPeopleStateIsOneGraphThroughItsParents() {
        client.create("grown");
        client.post(
                "/api/models/grown/versions",
                "{\"version\":\"1\",\"files\":[" + client.file("a.onnx", "graph")
                        + "],\"tags\":{\"source\":\"hf:org/name\",\"weights\":\"w8r\",\"quality.agreement\":\"0.9430\"}}");
        client.register("grown", "2");

        assertThat(state("2", "parent", "grown/1", "{}").status()).isEqualTo(201);
        assertThat(state("2", "parent", "grown/1", "{}").status()).isEqualTo(200);
        assertThat(state("2", "data_statement", "https://example.org/sheet", "{\"licence\":\"CC0\"}")
                        .status())
                .isEqualTo(201);
        assertThat(state("2", "federation_round", "round-7", "{\"participants\":\"3\"}")
                        .status())
                .isEqualTo(201);

        Answer graph = client.get("/api/models/grown/versions/2/lineage");
        assertThat(graph.body().path("versions").toString()).isEqualTo("[\"grown/2\",\"grown/1\"]");
        assertThat(graph.body().path("edges").findValuesAsString("kind"))
                .containsExactlyInAnyOrder(
                        "parent", "data_statement", "federation_round", "weights", "origin", "quantisation");
        assertThat(graph.body().toString()).contains("\"agreement\":\"0.9430\"", "hf:org/name");
        assertThat(graph.body().path("complete").asBoolean()).isTrue();
    }

    @Test
    void aVersionNeverComesFromItselfOrFromALaterOne() {
        client.create("looped");
        client.register("looped", "1");
        client.register("looped", "2");

        assertThat(stateOf("looped", "1", "parent", "looped/1", "{}").param()).isEqualTo("target");
        assertThat(stateOf("looped", "1", "parent", "looped/2", "{}").param()).isEqualTo("target");
        assertThat(stateOf("looped", "1", "parent", "nobody/1", "{}").status()).isEqualTo(404);
        assertThat(stateOf("looped", "1", "parent", "../etc", "{}").status()).isEqualTo(404);
        assertThat(stateOf("looped", "1", "weights", "x", "{}").param()).isEqualTo("kind");
        assertThat(stateOf("looped", "1", "data_statement", "x".repeat(1025), "{}")
                        .param())
                .isEqualTo("target");
        assertThat(client.get("/api/models/looped/versions/9/lineage").status()).isEqualTo(404);
    }

    @Test
    void whatWasStatedNeverChanges() {
        client.create("sworn");
        client.register("sworn", "1");
        stateOf("sworn", "1", "federation_round", "7", "{\"participants\":\"3\"}");

        assertThat(stateOf("sworn", "1", "federation_round", "7", "{\"participants\":\"4\"}")
                        .code())
                .isEqualTo("conflict");
    }

    private Answer state(String version, String kind, String target, String facts) {
        return stateOf("grown", version, kind, target, facts);
    }

    private Answer stateOf(String model, String version, String kind, String target, String facts) {
        return client.post(
                "/api/models/" + model + "/versions/" + version + "/lineage",
                "{\"kind\":\"" + kind + "\",\"target\":\"" + target + "\",\"facts\":" + facts + "}");
    }
}
