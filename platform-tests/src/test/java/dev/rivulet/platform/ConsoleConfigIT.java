// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person changes a setting in the console, looks at what differs and takes it back. The config-server keeps settings in the platform's
 * database, which that of {@code up} does not; it and its console run beside the platform. No service is at the site that is changed.
 */
@ExtendWith(OnPlatform.class)
class ConsoleConfigIT {

    private static final String KEY = "rivulet.admission.queue";
    private static final String SITE = "gateway-service/attic";

    @Test
    void aSettingIsChangedComparedAndRolledBack(Platform platform, @TempDir Path folder) throws Exception {
        try (ExtraService server = ExtraService.start(platform, "config-server", database(platform), folder);
                ExtraService console = ExtraService.start(platform, "console", addresses(platform, server), folder)) {
            server.awaitReady();
            console.awaitReady();
            try (ConsoleWindow window = ConsoleWindow.open(console.url(), List.of())) {
                window.show("config/" + SITE);
                publish(window, "64", 1);
                publish(window, "96", 2);
                assertThat(told(platform, server)).contains("\"" + KEY + "\":\"96\"");
                refusesWhatIsOutOfRange(window);
                differs(window);
                rollsBack(window);
                assertThat(told(platform, server)).contains("\"" + KEY + "\":\"64\"");
                assertThat(window.complaints())
                        .allSatisfy(one -> assertThat(one).contains("status of 400"));
            }
        }
    }

    private static Map<String, String> database(Platform platform) throws IOException {
        return Map.of(
                "RIVULET_CONFIG_BACKEND",
                "jdbc",
                "RIVULET_CONFIG_DATABASE_URL",
                "jdbc:postgresql://" + platform.url("POSTGRES").getAuthority() + "/postgres",
                "RIVULET_CONFIG_DATABASE_USER",
                "rivulet",
                "RIVULET_CONFIG_DATABASE_PASSWORD",
                Files.readString(platform.home().resolve("database-password")).strip());
    }

    private static Map<String, String> addresses(Platform platform, ExtraService server) {
        return Map.of(
                "RIVULET_CONFIG_URL", server.url().toString(),
                "RIVULET_URL", platform.gateway().toString(),
                "RIVULET_REGISTRY_URL", platform.url("REGISTRY").toString(),
                "RIVULET_FEDERATION_URL", platform.url("FEDERATION").toString(),
                "RIVULET_REPLICA_URL", platform.url("INFERENCE").toString(),
                "RIVULET_API_KEY", platform.apiKey(),
                "RIVULET_BUS", "false",
                "SPRING_CLOUD_FUNCTION_DEFINITION", "",
                "SPRING_CLOUD_STREAM_FUNCTION_AUTODETECT", "false");
    }

    private static void publish(ConsoleWindow window, String value, int revision) {
        fillIn(window, value);
        assertThat(window.at("said")).hasText("Published.");
        assertThat(window.at("revision")).hasText(Integer.toString(revision));
        assertThat(window.page().locator("[data-key='" + KEY + "'] td").first()).hasText(value);
    }

    private static void fillIn(ConsoleWindow window, String value) {
        window.at("config-key").fill(KEY);
        window.at("config-value").fill(value);
        window.at("publish").click();
        window.agree();
    }

    private static void refusesWhatIsOutOfRange(ConsoleWindow window) {
        fillIn(window, "-1");
        assertThat(window.at("problem")).containsText("It must be a whole number from 0 to 100000.");
        assertThat(window.at("revision")).hasText("2");
    }

    private static void differs(ConsoleWindow window) {
        assertThat(window.at("history").locator("tbody tr")).hasCount(2);
        window.page().locator("[aria-label='Difference of 1 to now']").click();
        Locator difference = window.at("difference");
        assertThat(difference.locator("h2")).hasText("From revision 1 to 2");
        assertThat(difference.locator("del")).hasText("64");
        assertThat(difference.locator("ins")).hasText("96");
    }

    private static void rollsBack(ConsoleWindow window) {
        window.page().locator("[aria-label='Roll back to 1']").click();
        window.agree();
        assertThat(window.at("said")).hasText("The values of revision 1 hold again.");
        assertThat(window.at("revision")).hasText("3");
        assertThat(window.at("history").locator("tbody tr").first()).containsText("revision 1 again");
        assertThat(window.page().locator("[data-key='" + KEY + "'] td").first()).hasText("64");
        window.inspect("config-history");
    }

    /** What a gateway at the site is told when it asks. */
    private static String told(Platform platform, ExtraService server) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(server.url().resolve("/" + SITE))
                                    .header("authorization", "Bearer " + platform.internalToken())
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }
}
