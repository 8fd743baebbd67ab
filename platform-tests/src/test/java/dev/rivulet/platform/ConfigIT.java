// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A change in the configuration folder reaches every service over the bus, without a restart. */
@ExtendWith(OnPlatform.class)
class ConfigIT {

    @Test
    void aLogLevelAndAnAdmissionLimitChangeWithoutARestart(Platform platform) throws Exception {
        long before = platform.pid("gateway-service");
        Path file = platform.home().resolve("config/gateway-service.yml");
        Files.createDirectories(file.getParent());
        try {
            Files.writeString(file, """
                    logging.level.dev.rivulet: DEBUG
                    rivulet.admission:
                      concurrency: 1
                      queue: 0
                    """);
            refresh(platform);

            Awaitility.await("the limit holds").atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                Chat chat = new Chat(platform);
                List<CompletableFuture<Chat.Streamed>> crowd = Stream.generate(
                                () -> chat.stream("Tell me about the building", 64, line -> {}))
                        .limit(12)
                        .toList();
                assertThat(crowd.stream().map(one -> one.join().status()).toList())
                        .contains(200, 429);
            });
            assertThat(get(platform, "/actuator/loggers/dev.rivulet")).contains("\"DEBUG\"");
        } finally {
            Files.writeString(file, "logging.level.dev.rivulet: INFO\n");
            refresh(platform);
        }
        Awaitility.await("the level is back")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(get(platform, "/actuator/loggers/dev.rivulet"))
                        .contains("\"effectiveLevel\":\"INFO\""));
        assertThat(platform.pid("gateway-service")).isEqualTo(before);
    }

    private static void refresh(Platform platform) throws IOException, InterruptedException {
        send(
                platform,
                HttpRequest.newBuilder(platform.url("CONFIG").resolve("/actuator/busrefresh"))
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static String get(Platform platform, String path) throws IOException, InterruptedException {
        return send(platform, HttpRequest.newBuilder(platform.gateway().resolve(path)));
    }

    private static String send(Platform platform, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    request.header("authorization", "Bearer " + platform.internalToken())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
            return response.body();
        }
    }
}
