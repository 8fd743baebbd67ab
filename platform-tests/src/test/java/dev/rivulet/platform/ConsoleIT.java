package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person chats on the console in a real browser. */
@ExtendWith(OnPlatform.class)
class ConsoleIT {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @Test
    void tokensAppearOneAfterAnother(Platform platform) {
        assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
        URI console = platform.url("CONSOLE");
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium().launch(options())) {
            List<String> errors = new ArrayList<>();
            List<String> foreign = new ArrayList<>();
            Page page = browser.newPage();
            page.onPageError(errors::add);
            page.onRequest(request -> {
                if (!request.url().startsWith(console.toString())) {
                    foreign.add(request.url());
                }
            });
            page.navigate(console.toString());

            assertThat(page.getByTestId("models")).containsText(Platform.MODEL);
            assertThat(page.getByTestId("replicas")).containsText("127.0.0.1");
            page.getByTestId("prompt").fill("Tell me everything about the building");
            page.getByTestId("send").click();

            List<String> seen = new ArrayList<>();
            Awaitility.await("the answer grows")
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        String text = page.getByTestId("answer").last().innerText();
                        if (!text.isBlank()
                                && (seen.isEmpty() || !seen.getLast().equals(text))) {
                            seen.add(text);
                        }
                        return page.getByTestId("timing").count() > 0;
                    });

            assertThat(seen).as("what a person saw, in order").hasSizeGreaterThan(2);
            assertThat(seen.getLast()).startsWith(seen.getFirst().strip());
            assertThat(errors).isEmpty();
            assertThat(foreign).isEmpty();
        }
    }

    @Test
    void springBootAdminShowsEveryService(Platform platform) {
        assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium().launch(options())) {
            Page page = browser.newPage();
            page.navigate(platform.url("CONSOLE") + "/admin/applications");
            for (String service : List.of("gateway-service", "inference-service", "model-registry", "config-server")) {
                assertThat(page.locator("body")).containsText(service);
            }
        }
    }

    private static BrowserType.LaunchOptions options() {
        return new BrowserType.LaunchOptions()
                .setExecutablePath(CHROMIUM)
                .setArgs(List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run"));
    }
}
