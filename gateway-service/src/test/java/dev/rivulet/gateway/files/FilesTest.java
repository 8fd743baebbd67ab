// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

import static dev.rivulet.gateway.files.Uploads.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FilesTest {

    private static final String OTHER_KEY = "rvk_another";
    private static final String ROOMLESS_KEY = "rvk_roomless";

    private static Path folder;

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.files.max-file=20KB",
                "rivulet.files.max-per-key=50KB",
                "rivulet.files.most-per-key=5",
                "rivulet.identity.keys[1].name=other",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(OTHER_KEY),
                "rivulet.identity.keys[2].name=roomless",
                "rivulet.identity.keys[2].sha256=" + GatewayFixture.sha256(ROOMLESS_KEY));
        folder = gateway.bean(FilesProperties.class).folder();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aDiskThatFailsIsToldAsSuchAndNotAsAFaultOfTheGateway() throws Exception {
        String name = HexFormat.of().formatHex("roomless".getBytes(StandardCharsets.UTF_8));
        Path blocked = Files.write(Files.createDirectories(folder).resolve(name), new byte[0]);
        try {
            HttpResponse<String> refused =
                    gateway.send(Uploads.form(gateway, ROOMLESS_KEY, "batch", "a.jsonl", "{}\n"));

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("store_unavailable").doesNotContain(name, "Exception");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
        } finally {
            Files.delete(blocked);
        }
    }

    @Test
    void aFileIsKeptShownFetchedAndDeletedByItsKeyAlone() throws Exception {
        HttpResponse<String> made =
                gateway.send(Uploads.form(gateway, GatewayFixture.KEY, "batch", "../../etc/größe.jsonl", "{}\n{}\n"));
        String path = "/v1/files/" + json(made).path("id").asString();

        assertThat(made.statusCode()).isEqualTo(200);
        JsonNode file = json(gateway.get(path));
        assertThat(file).isEqualTo(json(made));
        assertThat(file.path("object").asString()).isEqualTo("file");
        assertThat(file.path("bytes").asInt()).isEqualTo(6);
        assertThat(file.path("filename").asString()).isEqualTo("größe.jsonl");
        assertThat(gateway.get(path + "/content").body()).isEqualTo("{}\n{}\n");
        assertThat(json(gateway.get("/v1/files?purpose=batch")).path("data").toString())
                .contains(file.path("id").asString());
        assertThat(json(gateway.get("/v1/files?purpose=other")).path("data").size())
                .isZero();
        assertThat(send(OTHER_KEY, "GET", path).statusCode()).isEqualTo(404);
        assertThat(send(OTHER_KEY, "GET", path + "/content").statusCode()).isEqualTo(404);
        assertThat(send(OTHER_KEY, "DELETE", path).statusCode()).isEqualTo(404);

        JsonNode deleted = json(send(GatewayFixture.KEY, "DELETE", path));
        assertThat(deleted.path("deleted").asBoolean()).isTrue();
        assertThat(gateway.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aFileThatIsTooLargeOrNoFormLeavesNothingBehind() throws Exception {
        assertThat(gateway.send(Uploads.form(gateway, GatewayFixture.KEY, "batch", "x", "y".repeat(30_000)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(gateway.post("/v1/files", "{}").statusCode()).isEqualTo(415);
        HttpResponse<String> noPurpose = gateway.send(Uploads.form(gateway, GatewayFixture.KEY, "", "x", "y"));
        assertThat(noPurpose.statusCode()).isEqualTo(400);
        assertThat(noPurpose.body()).contains("\"param\":\"purpose\"");
        HttpResponse<String> broken = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/files"))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString("--b\r\nContent-Disposition: form-data; name=\"fi")));
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/files/..%2f..%2fetc%2fpasswd").statusCode()).isEqualTo(404);

        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(path -> path.toString().endsWith(".part"))).isEmpty();
        }
    }

    @Test
    void aKeyHasNoMoreBytesAndFilesThanItMay() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.send(Uploads.form(gateway, OTHER_KEY, "batch", "x", "y".repeat(18_000)))
                            .statusCode())
                    .isEqualTo(200);
        }

        HttpResponse<String> refused = gateway.send(Uploads.form(gateway, OTHER_KEY, "batch", "x", "y".repeat(18_000)));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("Delete some");
        assertThat(gateway.send(Uploads.form(gateway, OTHER_KEY, "batch", "x", "y"))
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> send(String key, String method, String path) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }
}
