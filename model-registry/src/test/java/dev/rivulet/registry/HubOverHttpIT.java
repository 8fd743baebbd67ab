// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The exchanges of the unmodified {@code huggingface_hub} 2.4.0, as {@code conformance/registry} has them. */
@WholeRegistry
class HubOverHttpIT {

    private static final String WEIGHTS = "not many weights";

    @LocalServerPort
    private int port;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aSnapshotIsFoundByItsRevisionListedByItsCommitAndReadFileByFile() {
        model("hub-talk");

        Answer info = client.get("/api/models/hub-talk/revision/main");
        assertThat(info.status()).isEqualTo(200);
        assertThat(info.body().path("id").asString()).isEqualTo("hub-talk");
        assertThat(info.body().path("pipeline_tag").asString()).isEqualTo("text-generation");
        assertThat(info.body().at("/siblings/0/rfilename").asString()).isEqualTo("config.json");
        String commit = info.body().path("sha").asString();
        assertThat(commit).matches("[0-9a-f]{40}");
        assertThat(client.get("/api/models/hub-talk").body().path("sha").asString())
                .isEqualTo(commit);

        Answer tree = client.get("/api/models/hub-talk/tree/" + commit + "?recursive=True&expand=False");
        assertThat(tree.status()).isEqualTo(200);
        assertThat(tree.body().findValuesAsString("path")).containsExactly("onnx", "config.json", "onnx/weights.txt");
        assertThat(tree.body().at("/2/lfs/oid").asString()).isEqualTo(Client.sha256(WEIGHTS.getBytes(UTF_8)));
        assertThat(tree.body().at("/2/size").asInt()).isEqualTo(WEIGHTS.length());

        Answer file = client.get("/hub-talk/resolve/" + commit + "/onnx/weights.txt");
        assertThat(new String(file.response().body(), UTF_8)).isEqualTo(WEIGHTS);
        assertThat(file.header("cache-control")).contains("immutable");
    }

    @Test
    void aHeadTellsCommitSizeAndDigestWithoutTheBytes() {
        model("hub-head");
        String digest = Client.sha256(WEIGHTS.getBytes(UTF_8));

        Answer head = client.send(client.request("/hub-head/resolve/main/onnx/weights.txt")
                .header("accept-encoding", "identity")
                .HEAD());

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("x-repo-commit")).matches("[0-9a-f]{40}");
        assertThat(head.header("etag")).isEqualTo('"' + digest + '"');
        assertThat(head.header("x-linked-etag")).isEqualTo('"' + digest + '"');
        assertThat(head.header("x-linked-size")).isEqualTo(Integer.toString(WEIGHTS.length()));
        assertThat(head.header("content-length")).isEqualTo(Integer.toString(WEIGHTS.length()));
        assertThat(head.header("cache-control")).isEqualTo("no-cache");
        assertThat(head.response().body()).isEmpty();
    }

    @Test
    void aDownloadGoesOnWhereItBrokeAndAKnownFileIsNotSentAgain() {
        model("hub-range");
        String path = "/hub-range/resolve/main/onnx/weights.txt";

        Answer rest = client.send(client.request(path).header("range", "bytes=4-"));
        Answer beyond = client.send(client.request(path).header("range", "bytes=99-"));
        Answer known = client.send(
                client.request(path).header("if-none-match", '"' + Client.sha256(WEIGHTS.getBytes(UTF_8)) + '"'));

        assertThat(rest.status()).isEqualTo(206);
        assertThat(new String(rest.response().body(), UTF_8)).isEqualTo(WEIGHTS.substring(4));
        assertThat(rest.header("content-range")).isEqualTo("bytes 4-15/16");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(known.status()).isEqualTo(304);
    }

    @Test
    void mainIsTheChampionAndAVersionAnAliasAndACommitAreRevisionsToo() {
        model("hub-revisions");
        client.register("hub-revisions", "2");
        String newest = commit("hub-revisions", "main");
        client.alias("hub-revisions", "champion", "1");
        String champion = commit("hub-revisions", "main");

        assertThat(champion).isNotEqualTo(newest);
        assertThat(newest).isEqualTo(commit("hub-revisions", "2"));
        assertThat(champion)
                .isEqualTo(commit("hub-revisions", "1"))
                .isEqualTo(commit("hub-revisions", "champion"))
                .isEqualTo(commit("hub-revisions", champion));
    }

    @Test
    void nobodyTakesTheCommitOfAnotherVersionByItsName() {
        model("hub-thief");
        String commit = commit("hub-thief", "1");
        client.register("hub-thief", commit, client.file("config.json", "{\"stolen\":true}"));

        assertThat(commit("hub-thief", commit)).isEqualTo(commit);
        assertThat(new String(
                        client.get("/hub-thief/resolve/" + commit + "/config.json")
                                .response()
                                .body(),
                        UTF_8))
                .isEqualTo("{}");
    }

    @Test
    void aFolderIsListedWithoutWhatIsBelowIt() {
        model("hub-tree");

        Answer top = client.get("/api/models/hub-tree/tree/main");
        Answer folder = client.get("/api/models/hub-tree/tree/main/onnx");

        assertThat(top.body().findValuesAsString("path")).containsExactly("onnx", "config.json");
        assertThat(top.body().at("/0/type").asString()).isEqualTo("directory");
        assertThat(folder.body().findValuesAsString("path")).containsExactly("onnx/weights.txt");
    }

    @Test
    void whatIsMissingIsToldInTheHeaderThatTheClientReads() {
        model("hub-missing");
        client.create("hub-empty");

        assertMissing("/api/models/nobody/revision/main", "RepoNotFound");
        assertMissing("/api/models/nobody", "RepoNotFound");
        assertMissing("/nobody/resolve/main/config.json", "RepoNotFound");
        assertMissing("/api/models/hub-missing/revision/9", "RevisionNotFound");
        assertMissing("/api/models/hub-empty/revision/main", "RevisionNotFound");
        assertMissing("/api/models/hub-missing/tree/9?recursive=True", "RevisionNotFound");
        assertMissing("/api/models/hub-missing/tree/main/no/folder", "EntryNotFound");
        assertMissing("/hub-missing/resolve/main/README.md", "EntryNotFound");
        assertMissing("/hub-missing/resolve/main/..%2f..%2fetc%2fpasswd", "EntryNotFound");
        assertMissing("/hub-missing/resolve/main/", "EntryNotFound");
    }

    private void assertMissing(String path, String code) {
        Answer answer = client.get(path);
        assertThat(answer.status()).as(path).isEqualTo(404);
        assertThat(answer.header("x-error-code")).as(path).isEqualTo(code);
    }

    private String commit(String model, String revision) {
        return client.get("/api/models/" + model + "/revision/" + revision)
                .body()
                .path("sha")
                .asString();
    }

    private void model(String name) {
        client.create(name);
        client.register(name, "1", client.file("config.json", "{}") + "," + client.file("onnx/weights.txt", WEIGHTS));
    }
}
