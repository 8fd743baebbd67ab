// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** A graph that adds [1, 2] to its rows, over the Open Inference Protocol. */
class TensorsIT {

    private static final Path SUM = Path.of("..", "libs", "engine-onnx", "src", "test", "resources", "graphs", "sum");
    private static final String INFER = "/v2/models/sum/infer";
    private static final String LENGTH = "Inference-Header-Content-Length";

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = Replica.start("spring.kafka.bootstrap-servers=" + broker.address(), "rivulet.models.cache=" + cache);
        broker.send(ModelEvents.champion(registry, "sum", "onnx", SUM));
        await().atMost(Duration.ofSeconds(120)).until(() -> status("/v2/models/sum/ready") == 200);
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    @Test
    void theServerAndTheModelDescribeThemselves() {
        assertThat(get("/v2")).contains("\"binary_tensor_data\"");
        assertThat(status("/v2/health/live")).isEqualTo(200);
        assertThat(status("/v2/health/ready")).isEqualTo(200);
        assertThat(status("/v2/models/nobody")).isEqualTo(404);
        assertThat(status("/v2/models/sum/versions/2")).isEqualTo(404);
        assertThat(get("/v2/models/sum"))
                .contains("\"datatype\":\"FP32\"")
                .contains("\"shape\":[-1,2]")
                .contains("\"versions\":[\"1\"]");
    }

    @Test
    void tensorsInJsonComeBackInJson() {
        String body = """
                {"id":"a7","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[10,20],[30.5,40]]}]}""";

        String answer = new String(
                post(body.getBytes(StandardCharsets.UTF_8), null, 200).getResponseBodyContent(),
                StandardCharsets.UTF_8);

        assertThat(answer)
                .contains("\"id\":\"a7\"")
                .contains("\"model_name\":\"sum\"")
                .contains("\"data\":[11.0,22.0,31.5,42.0]");
    }

    @Test
    void tensorsInBytesComeBackInBytes() {
        String json = """
                {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}],
                 "outputs":[{"name":"y","parameters":{"binary_data":true}}]}""";
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(head.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        body.put(head).putFloat(5).putFloat(6);

        EntityExchangeResult<byte[]> answer = post(body.array(), Integer.toString(head.length), 200);

        int length = Integer.parseInt(String.valueOf(answer.getResponseHeaders().getFirst(LENGTH)));
        ByteBuffer bytes = ByteBuffer.wrap(java.util.Objects.requireNonNull(answer.getResponseBodyContent()))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(bytes.array(), 0, length, StandardCharsets.UTF_8)).contains("\"binary_data_size\":8");
        assertThat(bytes.getFloat(length)).isEqualTo(6);
        assertThat(bytes.getFloat(length + 4)).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3]}]} | fewer values
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2,3]}]} | more values
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1000000,100],"data":[1]}]} | fewer values
            {"inputs":[{"name":"x","datatype":"FP32","shape":[-1,2],"data":[1,2]}]} | negative
            {"inputs":[{"name":"x","datatype":"FP32","shape":[4611686018427387904,4],"data":[1]}]} | beyond 2 GiB
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":["a",2]}]} | is no FP32
            {"inputs":[{"name":"x","datatype":"INT32","shape":[1,2],"data":[1,2]}]} | the model reads FP32
            {"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":["a"]}]} | must be one of
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]} | 0 are left
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":9}}]} | must be 8
            {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}],"outputs":[{"name":"z"}]} | no output
            {} | 'inputs' is missing
            nonsense | can't be read as JSON
            """)
    void whatDoesNotFitIsRefusedInTheProtocolsForm(String body, String says) {
        byte[] answer = java.util.Objects.requireNonNull(
                post(body.getBytes(StandardCharsets.UTF_8), null, 400).getResponseBodyContent());

        assertThat(new String(answer, StandardCharsets.UTF_8))
                .startsWith("{\"error\":")
                .contains(says);
    }

    @Test
    void aHeaderThatSaysMoreJsonThanThereIsIsRefused() {
        byte[] answer = java.util.Objects.requireNonNull(
                post("{}".getBytes(StandardCharsets.UTF_8), "3", 400).getResponseBodyContent());

        assertThat(new String(answer, StandardCharsets.UTF_8)).contains(LENGTH);
    }

    private static EntityExchangeResult<byte[]> post(
            byte[] body, @org.jspecify.annotations.Nullable String json, int status) {
        return replica.client()
                .post()
                .uri(INFER)
                .contentType(json == null ? MediaType.APPLICATION_JSON : MediaType.APPLICATION_OCTET_STREAM)
                .headers(headers -> {
                    if (json != null) {
                        headers.set(LENGTH, json);
                    }
                })
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult();
    }

    private static int status(String path) {
        return replica.client()
                .get()
                .uri(path)
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    private static String get(String path) {
        return new String(
                replica.client()
                        .get()
                        .uri(path)
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent(),
                StandardCharsets.UTF_8);
    }
}
