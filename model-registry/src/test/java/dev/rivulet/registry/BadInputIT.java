// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Whatever a caller sends, the answer is a 4xx with problem details that name the fault; never a 5xx. */
@WholeRegistry
class BadInputIT {

    @LocalServerPort
    private int port;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {                                                    | invalid_json          | ~~
                    ~~                                                   | invalid_json          | ~~
                    []                                                   | invalid_value         | ~~
                    "x"                                                  | invalid_value         | ~~
                    null                                                 | invalid_json          | ~~
                    {"name":"a","name":"b","task":"text-generation"}     | invalid_json          | ~~
                    {"name":{"a":1},"task":"text-generation"}            | invalid_value         | name
                    {"task":"text-generation"}                           | missing_parameter     | name
                    {"name":null,"task":"text-generation"}               | missing_parameter     | name
                    {"name":"A","task":"text-generation"}                | invalid_value         | name
                    {"name":"../a","task":"text-generation"}             | invalid_value         | name
                    {"name":"a..b","task":"text-generation"}             | invalid_value         | name
                    {"name":"good"}                                      | missing_parameter     | task
                    {"name":"good","task":"telepathy"}                   | invalid_value         | task
                    {"name":"good","task":"text-generation","owner":"x"} | unsupported_parameter | owner
                    {"name":"good","task":"text-generation","revision":9}| unsupported_parameter | revision
                    {"name":"good","task":"text-generation","description":"\\u0000"} | invalid_value | description
                    """)
    void aBadModelIsRefused(String body, String code, String param) {
        Answer answer = client.post("/api/models", body == null ? "" : body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).contains("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.param()).isEqualTo(param == null ? "" : param);
        assertThat(answer.body().path("status").asInt()).isEqualTo(400);
        assertThat(answer.body().path("detail").asString()).isNotBlank().doesNotContain("Exception", "dev.rivulet");
    }

    @Test
    void aDeepBodyALongBodyAndBrokenUtf8AreRefused() {
        Answer deep = client.post("/api/models", "[".repeat(100_000));
        Answer large = client.post("/api/models", "{\"name\":\"" + "a".repeat(2_000_000) + "\"}");
        Answer broken = client.send(client.json("/api/models")
                .POST(BodyPublishers.ofByteArray("{\"name\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1))));

        assertThat(deep.status()).isEqualTo(400);
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.code()).isEqualTo("request_too_large");
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    void unknownPathsMethodsAndMediaTypesAreTold() {
        assertThat(client.get("/api/nothing").code()).isEqualTo("not_found");
        assertThat(client.get("/api/models/nobody").code()).isEqualTo("model_not_found");
        assertThat(client.delete("/api/models").status()).isEqualTo(405);
        Answer text = client.send(client.request("/api/models")
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofString("x")));
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.code()).isEqualTo("unsupported_media_type");
        assertThat(client.get("/api/models?limit=0").param()).isEqualTo("limit");
        assertThat(client.get("/api/models?limit=many").status()).isEqualTo(400);
        assertThat(client.get("/api/models/%00").status()).isBetween(400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.json",
                "a/../b.json",
                "/etc/passwd",
                "a//b.json",
                "./a.json",
                "a/./b.json",
                "..",
                "a\\\\b.json",
                "C:/a.json",
                "a%2e%2e/b.json",
                "con.json",
                "a./b.json",
                "a/",
                "",
                "caf\u00e9.json",
                "a\\u0000.json",
                "model.bin",
                "model.PT",
                "weights/model.pkl",
                "model.ckpt"
            })
    void aPathThatLeadsAwayOrNamesAPickleIsRefused(String path) {
        client.create("paths");
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        client.putBlob(bytes);

        Answer answer = client.register("paths", "1", Client.file(path, Client.sha256(bytes), bytes.length));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo("files[0].path");
    }

    @Test
    void twoPathsThatClashAreRefused() {
        client.create("clash");
        String upper = client.file("Config.json", "{}");

        Answer inCase = client.register("clash", "1", upper + "," + client.file("config.JSON", "{}"));
        Answer asFolder = client.register("clash", "1", client.file("a", "{}") + "," + client.file("a/b.json", "{}"));

        assertThat(inCase.param()).isEqualTo("files[1].path");
        assertThat(asFolder.param()).isEqualTo("files[1].path");
    }

    @Test
    void aVersionOfBytesThatAreNotThereOrOfAnotherSizeIsRefused() {
        client.create("bytes");
        byte[] bytes = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        client.putBlob(bytes);

        Answer unknown = client.register("bytes", "1", Client.file("a.json", "1".repeat(64), 3));
        Answer size = client.register("bytes", "1", Client.file("a.json", Client.sha256(bytes), 3));
        Answer none = client.register("bytes", "1", "");

        assertThat(unknown.code()).isEqualTo("not_found");
        assertThat(unknown.param()).isEqualTo("files[0].sha256");
        assertThat(size.param()).isEqualTo("files[0].size");
        assertThat(none.param()).isEqualTo("files");
    }

    @Test
    void aPickleUnderAnotherNameIsRefused() {
        client.create("pickle");
        String pickle = client.file("model.json", "PK\u0003\u0004 an archive");
        String tensors = client.file("model.safetensors", "PK\u0003\u0004 an archive");

        assertThat(client.register("pickle", "1", pickle).param()).isEqualTo("files[0]");
        assertThat(client.register("pickle", "1", tensors).param()).isEqualTo("files[0]");
    }

    @Test
    void anAliasOfAnUnknownVersionIsRefused() {
        client.create("alias");

        assertThat(client.alias("alias", "champion", "9").code()).isEqualTo("not_found");
        assertThat(client.put("/api/models/alias/aliases/champion", "{}").param())
                .isEqualTo("version");
        assertThat(client.alias("alias", "-x", "9").param()).isEqualTo("alias");
        assertThat(client.alias("nobody", "champion", "9").code()).isEqualTo("model_not_found");
    }
}
