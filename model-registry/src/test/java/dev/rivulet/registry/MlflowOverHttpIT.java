// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The exchanges of the unmodified {@code mlflow-skinny} 3.17.2, as {@code conformance/registry} has them. */
@WholeRegistry
class MlflowOverHttpIT {

    private static final String API = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

    @LocalServerPort
    private int port;

    @Value("${rivulet.artifacts.folder}")
    @Autowired
    private Path folder;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void filesAreUploadedRegisteredResolvedByAliasListedAndDownloaded() throws IOException {
        create("ml-whole");
        upload("whole", "MLmodel", "flavors: {}");
        upload("whole", "onnx/model.txt", "graph");

        Answer version = register("ml-whole", "mlflow-artifacts:/uploads/whole");
        assertThat(version.status()).isEqualTo(200);
        assertThat(version.body().at("/model_version/version").asString()).isEqualTo("1");
        assertThat(version.body().at("/model_version/status").asString()).isEqualTo("READY");
        assertThat(version.body().at("/model_version/run_id").asString()).isEqualTo("r1");
        assertThat(post("registered-models/alias", "'name':'ml-whole','alias':'blue','version':'1'")
                        .status())
                .isEqualTo(200);

        Answer byAlias = client.get(API + "registered-models/alias?name=ml-whole&alias=blue");
        assertThat(byAlias.body().at("/model_version/aliases/0").asString()).isEqualTo("blue");
        Answer uri = client.get(API + "model-versions/get-download-uri?name=ml-whole&version=1");
        assertThat(uri.body().path("artifact_uri").asString()).isEqualTo("mlflow-artifacts:/models/ml-whole/1");
        Answer top = client.get(ARTIFACTS + "?path=models/ml-whole/1");
        assertThat(top.body().path("files").findValuesAsString("path")).containsExactly("MLmodel", "onnx");
        assertThat(top.body().at("/files/1/is_dir").asBoolean()).isTrue();
        Answer below = client.get(ARTIFACTS + "?path=models/ml-whole/1/onnx");
        assertThat(below.body().at("/files/0/path").asString()).isEqualTo("model.txt");
        assertThat(below.body().at("/files/0/file_size").asInt()).isEqualTo(5);
        Answer file = client.get(ARTIFACTS + "/models/ml-whole/1/onnx/model.txt");
        assertThat(new String(file.response().body(), UTF_8)).isEqualTo("graph");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files).noneMatch(path -> path.toString().endsWith(".part"));
        }
    }

    @Test
    void aFolderIsTakenByOneVersionAndAVersionIsCopiedByItsAddress() {
        create("ml-copy");
        upload("copied", "a.txt", "a");
        register("ml-copy", "mlflow-artifacts:/uploads/copied");

        Answer again = register("ml-copy", "mlflow-artifacts:/uploads/copied");
        Answer copy = register("ml-copy", "models:/ml-copy/1");

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.body().path("error_code").asString()).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(copy.body().at("/model_version/version").asString()).isEqualTo("2");
        assertThat(client.get("/api/models/ml-copy/versions/2")
                        .body()
                        .at("/files/0/path")
                        .asString())
                .isEqualTo("a.txt");
    }

    @Test
    void aModelIsCreatedOnceAndAllCallsAboutItAnswer() {
        Answer made = post(
                "registered-models/create",
                "'name':'ml-calls','description':'d','tags':[{'key':'task','value':'text-generation'}],'deployment_job_id':'new'");
        assertThat(made.body().at("/registered_model/tags/0/value").asString()).isEqualTo("text-generation");
        assertThat(made.body().at("/registered_model/creation_timestamp").asLong())
                .isGreaterThan(1_700_000_000_000L);
        assertThat(client.get("/api/models/ml-calls").body().path("task").asString())
                .isEqualTo("text-generation");
        assertError(post("registered-models/create", "'name':'ml-calls'"), 400, "RESOURCE_ALREADY_EXISTS");

        client.register("ml-calls", "1");
        assertOk(post("registered-models/set-tag", "'name':'ml-calls','key':'team','value':'a'"));
        assertOk(send("DELETE", "registered-models/delete-tag", "'name':'ml-calls','key':'team'"));
        assertOk(post("model-versions/set-tag", "'name':'ml-calls','version':'1','key':'k','value':'v'"));
        assertOk(send("DELETE", "model-versions/delete-tag", "'name':'ml-calls','version':'1','key':'k'"));
        assertOk(send("PATCH", "registered-models/update", "'name':'ml-calls','description':'e'"));
        assertOk(send("PATCH", "model-versions/update", "'name':'ml-calls','version':'1','description':'f'"));
        assertOk(post("registered-models/get-latest-versions", "'name':'ml-calls'"));
        Answer latest = client.get(API + "registered-models/get-latest-versions?name=ml-calls&stages=None");
        assertThat(latest.body().at("/model_versions/0/description").asString()).isEqualTo("f");
        assertThat(client.get("/ajax-api/2.0/mlflow/registered-models/get?name=ml-calls")
                        .body()
                        .at("/registered_model/description")
                        .asString())
                .isEqualTo("e");

        assertOk(post("registered-models/alias", "'name':'ml-calls','alias':'a','version':'1'"));
        assertError(
                post("registered-models/rename", "'name':'ml-calls','new_name':'ml-new'"), 409, "RESOURCE_CONFLICT");
        assertOk(send("DELETE", "registered-models/alias", "'name':'ml-calls','alias':'a'"));
        assertOk(post("registered-models/rename", "'name':'ml-calls','new_name':'ml-new'"));
        assertThat(client.get(API + "model-versions/get?name=ml-new&version=1")
                        .body()
                        .at("/model_version/description")
                        .asString())
                .isEqualTo("f");
        assertOk(send("DELETE", "model-versions/delete", "'name':'ml-new','version':'1'"));
        assertOk(send("DELETE", "registered-models/delete", "'name':'ml-new'"));
        assertError(client.get(API + "registered-models/get?name=ml-new"), 404, "RESOURCE_DOES_NOT_EXIST");
        assertError(client.get(API + "registered-models/get?name=ml-calls"), 404, "RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void searchesMeetAFilterInPagesAndATagThatIsMissingDiffers() {
        for (String name : new String[] {"mlsearch-a", "mlsearch-b", "mlsearch-c"}) {
            create(name);
            client.register(name, "1");
        }
        post("registered-models/set-tag", "'name':'mlsearch-c','key':'mlflow.prompt.is_prompt','value':'true'");
        String usual = "name LIKE 'mlsearch-%' AND tag.`mlflow.prompt.is_prompt` != 'true'";

        Answer first =
                client.get(API + "registered-models/search?max_results=1&order_by=name+DESC&filter=" + url(usual));
        String token = first.body().path("next_page_token").asString();
        Answer second = client.get(API + "registered-models/search?max_results=1&order_by=name+DESC&filter="
                + url(usual) + "&page_token=" + token);
        Answer versions = client.get(API + "model-versions/search?max_results=10000&filter="
                + url("name = 'mlsearch-a' AND tags.by = 'test'"));

        assertThat(first.body().at("/registered_models/0/name").asString()).isEqualTo("mlsearch-b");
        assertThat(second.body().at("/registered_models/0/name").asString()).isEqualTo("mlsearch-a");
        assertThat(second.body().path("next_page_token").asString()).isEmpty();
        assertThat(versions.body().at("/model_versions/0/version").asString()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    registered-models/search?filter=owner+%3D+%27a%27 | INVALID_PARAMETER_VALUE
                    registered-models/search?max_results=1001         | INVALID_PARAMETER_VALUE
                    registered-models/search?max_results=0            | INVALID_PARAMETER_VALUE
                    registered-models/search?max_results=many         | INVALID_PARAMETER_VALUE
                    registered-models/search?page_token=forged        | INVALID_PARAMETER_VALUE
                    registered-models/search?order_by=secret          | INVALID_PARAMETER_VALUE
                    registered-models/get?name=A%20B                  | INVALID_PARAMETER_VALUE
                    registered-models/get                             | INVALID_PARAMETER_VALUE
                    registered-models/get?name=nobody                 | RESOURCE_DOES_NOT_EXIST
                    model-versions/get?name=nobody&version=1          | RESOURCE_DOES_NOT_EXIST
                    registered-models/create                          | ENDPOINT_NOT_FOUND
                    experiments/list                                  | ENDPOINT_NOT_FOUND
                    """)
    void faultsAreToldInMlflowsWayAndNeverAsOneOfTheServer(String call, String code) {
        Answer answer = client.get(API + call);

        assertError(answer, code.startsWith("INVALID") ? 400 : 404, code);
        assertThat(answer.body().path("message").asString()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc",
                "/etc/passwd",
                "http://x#/../../etc",
                "http://169.254.169.254/latest",
                "mlflow-artifacts:/uploads/%252e%252e",
                "mlflow-artifacts:/uploads/../../etc",
                "models:/ml-evil/1#/../../etc",
                "s3://bucket/key"
            })
    void aSourceThatIsNotTheRegistrysOwnIsRefusedWhateverTagsSay(String source) {
        create("ml-evil");

        Answer plain = register("ml-evil", source);
        Answer asPrompt = post(
                "model-versions/create",
                "'name':'ml-evil','source':'" + source + "','tags':[{'key':'mlflow.prompt.is_prompt','value':'true'}]");

        assertError(plain, 400, "INVALID_PARAMETER_VALUE");
        assertError(asPrompt, 400, "INVALID_PARAMETER_VALUE");
        assertThat(client.get("/api/models/ml-evil").body().path("versions")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?path=../../etc",
                "?path=/etc",
                "?path=models/..%2f..%2fetc/1",
                "?path=uploads/..",
                "/models/ml-whole/1/..%2f..%2fetc%2fpasswd",
                "/models/..%2f..%2fetc/passwd/a",
                "/uploads/a/b.txt",
                "?path=file:///etc"
            })
    void aPathThatLeadsAwayFindsNothing(String path) {
        assertThat(client.get(ARTIFACTS + path).status()).isBetween(400, 404);
    }

    @Test
    void anUploadThatLeadsAwayOrHoldsAPickleIsRefused() {
        assertError(put("/uploads/bad/..%2f..%2fetc%2fx"), 400, "INVALID_PARAMETER_VALUE");
        assertError(put("/uploads/%2e%2e/x.txt"), 400, "INVALID_PARAMETER_VALUE");
        assertError(put("/uploads/bad/model.pkl"), 400, "INVALID_PARAMETER_VALUE");
        assertThat(put("/models/ml-whole/1/x.txt").status()).isEqualTo(404);
    }

    private Answer put(String path) {
        return client.send(client.request(ARTIFACTS + path).PUT(BodyPublishers.ofString("x")));
    }

    private void create(String name) {
        post("registered-models/create", "'name':'" + name + "'");
    }

    private void upload(String folder, String path, String text) {
        Answer answer = client.send(
                client.request(ARTIFACTS + "/uploads/" + folder + "/" + path).PUT(BodyPublishers.ofString(text)));
        assertThat(answer.status()).isEqualTo(200);
    }

    private Answer register(String name, String source) {
        return post("model-versions/create", "'name':'" + name + "','source':'" + source + "','run_id':'r1'");
    }

    private Answer post(String call, String fields) {
        return send("POST", call, fields);
    }

    private Answer send(String method, String call, String fields) {
        return client.send(method, API + call, "{" + fields.replace('\'', '"') + "}");
    }

    private static void assertOk(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().isObject()).isTrue();
    }

    private static void assertError(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("error_code").asString()).isEqualTo(code);
    }

    private static String url(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
