package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Up, status, env, down, Ctrl-C, and up again. */
class LifecycleIT {

    @Test
    void ctrlCLeavesNoProcessAndASecondUpKeepsTheData() throws Exception {
        Path home = Files.createTempDirectory("rivulet-lifecycle");
        try (Platform platform = Platform.start(home)) {
            new Registration(platform).registersAndIsAnnounced("kept");
            String key = platform.apiKey();

            platform.interrupt();

            Awaitility.await("no process")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(platform.survivors()).isEmpty());

            platform.startAgain();
            assertThat(platform.apiKey()).isEqualTo(key);
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
