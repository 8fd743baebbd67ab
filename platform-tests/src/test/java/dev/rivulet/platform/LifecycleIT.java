// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Up, status, env, down, Ctrl-C, backup, restore, and up again. */
class LifecycleIT {

    @Test
    void ctrlCLeavesNoProcessAndASecondUpOnWhatWasRestoredAnswersAsBefore() throws Exception {
        Path home = Files.createTempDirectory("rivulet-lifecycle");
        try (Platform platform = Platform.start(home)) {
            new Registration(platform).registersAndIsAnnounced("kept");
            String key = platform.apiKey();
            String made =
                    platform.run("keys", "create", "kept").succeeded().output().strip();
            String answers = answers(platform);

            platform.interrupt();

            Awaitility.await("no process")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(platform.survivors()).isEmpty());

            isKeptLostAndRestored(platform, home);

            platform.startAgain();
            assertThat(platform.apiKey()).isEqualTo(key);
            assertThat(answers(platform)).isEqualTo(answers);
            keyIsKnown(platform, made);
            assertThat(new Chat(platform).stream("Hello", 8).done()).isTrue();
            assertThat(platform.run("models", "list").succeeded().output()).contains("kept", Platform.MODEL);

            platform.run("down").succeeded();
            Awaitility.await("down from another terminal")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(platform.survivors()).isEmpty());
        } finally {
            OnPlatform.delete(home);
        }
    }

    /** What the platform says of what it keeps, and how it answers. */
    private static String answers(Platform platform) {
        Registration registry = new Registration(platform);
        return String.join(
                "\n",
                registry.ask("GET", "/api/models", "").body(),
                registry.ask("GET", "/api/models/kept/timeline", "").body(),
                registry.ask("GET", "/api/rollouts?limit=10", "").body(),
                registry.ask("GET", "/api/dead-letters?state=all", "").body(),
                Platform.JSON
                        .readTree(new Chat(platform)
                                .post("/v1/chat/completions", Chat.body("Turn on the lights in room 12", 16, false))
                                .body())
                        .path("choices")
                        .toString());
    }

    private static void keyIsKnown(Platform platform, String key) {
        Awaitility.await("the key that was made before the backup")
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    Finished asked = Finished.of(
                            new ProcessBuilder(
                                    "curl",
                                    "-s",
                                    "-o",
                                    "/dev/null",
                                    "-w",
                                    "%{http_code}",
                                    "-H",
                                    "Authorization: Bearer " + key,
                                    platform.gateway() + "/v1/models"),
                            Duration.ofSeconds(30));
                    return asked.output().equals("200");
                });
    }

    /** A backup of the stopped platform; everything that it kept is lost, and brought back. */
    private static void isKeptLostAndRestored(Platform platform, Path home) throws IOException {
        Path backup = home.resolveSibling(home.getFileName() + "-backup");
        try {
            platform.run("backup", backup.toString()).succeeded();
            for (String lost : List.of("data", "api-key", "internal-token", "database-password")) {
                Path path = home.resolve(lost);
                if (Files.isDirectory(path)) {
                    OnPlatform.delete(path);
                } else {
                    Files.delete(path);
                }
            }
            platform.run("restore", backup.toString()).succeeded();
        } finally {
            if (Files.exists(backup)) {
                OnPlatform.delete(backup);
            }
        }
    }

    @ExtendWith(OnPlatform.class)
    @Test
    void statusListsEveryPartAndEnvSetsTheShell(Platform platform) throws Exception {
        JsonNode status = platform.status();
        assertThat(status.path("parts").findValuesAsString("name"))
                .contains(
                        "kafka",
                        "postgres",
                        "config-server",
                        "model-registry",
                        "inference-service",
                        "gateway-service",
                        "federation-service",
                        "console");
        assertThat(status.path("parts")).allSatisfy(part -> {
            assertThat(part.path("state").asString("")).isEqualTo("up");
            assertThat(part.path("pid").asLong()).isPositive();
        });
        assertThat(platform.run("status").succeeded().output()).contains("gateway-service");

        String script = "eval \"$(./rivulet env)\" && echo $RIVULET_URL $OPENAI_BASE_URL && "
                + "curl -sf -H \"Authorization: Bearer $OPENAI_API_KEY\" $OPENAI_BASE_URL/models && test -n \"$RIVULET_API_KEY\"";
        ProcessBuilder shell = platform.command().command("bash", "-c", script);
        Finished sourced = Finished.of(shell, Duration.ofMinutes(1)).succeeded();
        assertThat(sourced.output()).contains(platform.gateway() + "/v1").contains(Platform.MODEL);
    }

    @ExtendWith(OnPlatform.class)
    @Test
    void theCurlOfUpStreamsTokens(Platform platform) {
        String curl = platform.output().substring(platform.output().indexOf("curl "));
        ProcessBuilder shell =
                platform.command().command("bash", "-c", curl.strip().split("\n\n")[0]);

        assertThat(Finished.of(shell, Duration.ofMinutes(1)).succeeded().output())
                .contains("data: ", "[DONE]");
    }

    @ExtendWith(OnPlatform.class)
    @Test
    void secretsAreTheUsersAlone(Platform platform) throws Exception {
        for (String file : new String[] {"api-key", "internal-token"}) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(platform.home().resolve(file))))
                    .isEqualTo("rw-------");
        }
        try (var logs = Files.list(platform.home().resolve("logs"))) {
            for (Path log : logs.toList()) {
                assertThat(Files.readString(log)).doesNotContain(platform.apiKey(), platform.internalToken());
            }
        }
    }

    @ExtendWith(OnPlatform.class)
    @Test
    void aTakenPortIsToldBeforeAnythingStarts(Platform platform) throws Exception {
        Path other = Files.createTempDirectory("rivulet-taken");
        ProcessBuilder up = platform.command("up");
        up.environment().put("RIVULET_HOME", other.toString());

        Finished refused = Finished.of(up, Duration.ofMinutes(1));

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output() + refused.errors())
                .contains(Integer.toString(platform.gateway().getPort()))
                .contains("RIVULET_GATEWAY_PORT");
        assertThat(other.resolve("data/postgres")).doesNotExist();
        OnPlatform.delete(other);
    }
}
