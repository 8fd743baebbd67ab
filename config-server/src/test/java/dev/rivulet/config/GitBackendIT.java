// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.config.encryption.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server over a real Git repository. No broker: the server serves without one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GitBackendIT {

    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String PLAIN = "mallory-may-not-see-this";

    private Path folder;
    private Git git;
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, GitAPIException {
        folder = temporary.resolve("repository");
        git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call();
        commit("gateway-service.yml", "rivulet.admission.queue: 11\n");
        commit("gateway-service-paris.yml", "rivulet.admission.queue: 22\n");
        String cipher = SecretText.MARK + new SecretText(Optional.of(KEY)).encrypt(PLAIN);
        commit("application.yml", "rivulet.a-secret: '" + cipher + "'\n");
        Path keyFile = Files.writeString(temporary.resolve("key"), KEY + "\n");
        server = RunningServer.start(
                "--server.port=0",
                "--RIVULET_CONFIG_BACKEND=git",
                "--RIVULET_CONFIG_GIT_URI=" + folder.toUri(),
                "--RIVULET_CONFIG_KEY_FILE=" + keyFile,
                "--spring.cloud.bus.enabled=false");
    }

    @AfterAll
    void stop() {
        server.close();
        git.close();
    }

    @Test
    void a_commit_is_served_over_the_files_of_the_server_and_the_next_one_is_seen() throws Exception {
        assertThat(server.served("/model-registry/default", "rivulet.catalog.max-files"))
                .isEqualTo("256");

        commit("model-registry.yml", "rivulet.catalog.max-files: 300\n");

        assertThat(server.served("/model-registry/default", "rivulet.catalog.max-files"))
                .isEqualTo("300");
    }

    @Test
    void a_site_sees_its_own_values_over_those_of_every_site() throws Exception {
        assertThat(server.served("/gateway-service/default", "rivulet.admission.queue"))
                .isEqualTo("11");
        assertThat(server.served("/gateway-service/paris", "rivulet.admission.queue"))
                .isEqualTo("22");
        assertThat(server.served("/gateway-service/paris", "management.tracing.sampling.probability"))
                .isEqualTo("0.1");
    }

    @Test
    void a_secret_is_ciphertext_in_the_repository_and_plain_for_services_that_show_the_token() throws Exception {
        assertThat(Files.readString(folder.resolve("application.yml"))).doesNotContain(PLAIN);
        assertThat(server.served("/gateway-service/default", "rivulet.a-secret"))
                .isEqualTo(PLAIN);
        assertThat(server.call("GET", "/gateway-service/default", null, null).statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_server_encrypts_what_is_to_lie_in_the_repository() throws Exception {
        String cipher = server.call("POST", "/encrypt", PLAIN).body();
        commit("console.yml", "rivulet.written: '" + SecretText.MARK + cipher + "'\n");

        assertThat(cipher).isNotBlank().doesNotContain(PLAIN);
        assertThat(server.served("/console/default", "rivulet.written")).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/gateway-service/default/..%2F..%2Fetc",
                "/gateway-service/default/(_)(_)..(_)etc",
                "/gateway-service/default/%23%7BT(java.lang.Runtime).getRuntime()%7D",
                "/gateway-service/default/no-such-branch",
                "/..%2F..%2Fetc/default"
            })
    void a_label_or_name_that_leads_elsewhere_is_refused(String path) throws Exception {
        var answer = server.call("GET", path, null);

        assertThat(answer.statusCode()).as(answer.body()).isGreaterThanOrEqualTo(400);
        assertThat(answer.body()).doesNotContain("propertySources");
    }

    @Test
    void what_lies_in_git_is_not_published_through_the_api() throws Exception {
        var answer = server.call("GET", "/api/config/gateway-service/default", null);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains("RIVULET_CONFIG_BACKEND=jdbc");
    }

    private void commit(String file, String text) throws IOException, GitAPIException {
        Files.writeString(folder.resolve(file), text);
        git.add().addFilepattern(file).call();
        git.commit()
                .setMessage(file)
                .setAuthor("ada", "ada@example.org")
                .setCommitter("ada", "ada@example.org")
                .setSign(false)
                .call();
    }
}
