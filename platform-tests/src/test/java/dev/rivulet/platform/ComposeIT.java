// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same platform from images: {@code docker-compose up} answers the same curl. */
class ComposeIT {

    @Test
    void composeFromTheBuiltImagesStreamsTokens() {
        requireEngine();
        ProcessBuilder smoke = new ProcessBuilder("bash", "deploy/compose/smoke")
                .directory(Platform.repository().toFile());

        Finished finished = Finished.of(smoke, Duration.ofMinutes(12)).succeeded();

        assertThat(finished.output()).contains("data: ", "[DONE]");
    }

    @Test
    @Tag("long")
    void imagesWithTheirCachesHoldToTheirSizesAndComeUpWithinThreeMinutesWithoutAnErrorInAnyLog() {
        requireEngine();
        ProcessBuilder smoke = new ProcessBuilder("bash", "deploy/compose/smoke")
                .directory(Platform.repository().toFile());
        smoke.environment().putAll(Map.of("SMOKE_AOT", "on", "SMOKE_HEALTHY_WITHIN", "180", "SMOKE_LOGS", "strict"));

        Finished finished = Finished.of(smoke, Duration.ofMinutes(30)).succeeded();

        assertThat(finished.output()).contains("MB of at most 350, with app.aot", "compose smoke: ok");
    }

    @Test
    @Tag("long")
    void allOfItComesUpWithinThreeMinutesWithDashboardsAndTracesAndWithoutAnErrorInAnyLog() throws IOException {
        requireEngine();
        for (String image : imagesOfTheFullProfile()) {
            assumeTrue(answers("docker", "image", "inspect", image), "there is no image " + image);
        }
        ProcessBuilder smoke = new ProcessBuilder("bash", "deploy/compose/smoke")
                .directory(Platform.repository().toFile());
        smoke.environment()
                .putAll(Map.of(
                        "SMOKE_PROFILE",
                        "full",
                        "SMOKE_AOT",
                        "on",
                        "SMOKE_HEALTHY_WITHIN",
                        "180",
                        "SMOKE_LOGS",
                        "strict"));

        Finished finished = Finished.of(smoke, Duration.ofMinutes(30)).succeeded();

        assertThat(finished.output()).contains("Grafana: 5 dashboards, and Prometheus answers", "compose smoke: ok");
    }

    /** Those that the platform's own tests do not need: as the environment names them, or as the compose file does. */
    private static List<String> imagesOfTheFullProfile() throws IOException {
        String compose = Files.readString(Platform.repository().resolve("docker-compose.yml"));
        return Pattern.compile("image: \\$\\{(RIVULET_(?:GRAFANA|COLLECTOR|JAEGER)_IMAGE):-(.+)}")
                .matcher(compose)
                .results()
                .map(found -> System.getenv().getOrDefault(found.group(1), found.group(2)))
                .toList();
    }

    @Test
    @Tag("long")
    void aBrokerWithTlsUsersAndRightsTakesTheServicesAndNobodyElse() {
        requireEngine();
        ProcessBuilder smoke = new ProcessBuilder("bash", "deploy/compose/smoke")
                .directory(Platform.repository().toFile());
        smoke.environment().put("SMOKE_SECURED", "yes");

        Finished finished = Finished.of(smoke, Duration.ofMinutes(30)).succeeded();

        assertThat(finished.output()).contains("refused at the broker", "compose smoke: ok");
    }

    @Test
    @Tag("long")
    void noChatFailsWhileEveryServiceIsReplacedAndNothingIsLostAfter() {
        requireEngine();
        ProcessBuilder rolling = new ProcessBuilder("bash", "deploy/compose/rolling")
                .directory(Platform.repository().toFile());

        Finished finished = Finished.of(rolling, Duration.ofMinutes(90)).succeeded();

        assertThat(finished.output()).contains(" answered, 0 failed", "compose rolling: ok");
    }

    private static void requireEngine() {
        assumeTrue(answers("docker", "version", "--format", "{{.Server.Version}}"), "no Docker engine answers");
        assumeTrue(
                answers("docker-compose", "version") || answers("docker", "compose", "version"), "no docker-compose");
    }

    private static boolean answers(String... command) {
        try {
            return Finished.of(new ProcessBuilder(command), Duration.ofSeconds(20))
                            .exit()
                    == 0;
        } catch (RuntimeException e) {
            if (e.getCause() instanceof IOException) {
                return false;
            }
            throw e;
        }
    }
}
