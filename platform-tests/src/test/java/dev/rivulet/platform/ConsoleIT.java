// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person chats on the console in a real browser. */
@ExtendWith(OnPlatform.class)
class ConsoleIT {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final int QUESTIONS = 10;
    /** Where an event of a stream holds text. */
    private static final Pattern TEXT = Pattern.compile("\"content\":\"[^\"]");

    /** Notes each text of the newest answer as it stands on the page, a few hundred times a second. */
    private static final String WATCH = """
            () => {
              window.seenAnswers = [];
              const answers = root => [...root.querySelectorAll('*')].flatMap(one => [
                ...(one.dataset?.testid === 'answer' ? [one] : []),
                ...(one.shadowRoot ? answers(one.shadowRoot) : [])]);
              const look = () => {
                const text = answers(document).at(-1)?.textContent.trim() ?? '';
                if (text && window.seenAnswers.at(-1) !== text) window.seenAnswers.push(text);
                setTimeout(look, 2);
              };
              look();
            }""";

    /** A page that a busy machine may take its time for. */
    private static Page patientPage(Browser browser) {
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        Page page = browser.newPage();
        page.setDefaultTimeout(120_000);
        return page;
    }

    /** A replica writes tokens that are ready together as one event, so that an answer may come whole: then another is asked for. */
    @Test
    void tokensAppearOneAfterAnother(Platform platform) throws IOException {
        assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium().launch(options())) {
            int arrived = chat(platform, browser);
            for (int again = 1; arrived < 2 && again < QUESTIONS; again++) {
                arrived = chat(platform, browser);
            }
            assertThat(arrived).as("events of the last answer").isGreaterThan(1);
        }
    }

    /** Asks on a page of its own over a slow line; returns in how many events the answer's text came, and checks what was seen. */
    private static int chat(Platform platform, Browser browser) throws IOException {
        try (PacedProxy line = new PacedProxy(platform.url("CONSOLE"));
                Page page = patientPage(browser)) {
            URI console = line.url();
            List<String> errors = new ArrayList<>();
            List<String> foreign = new ArrayList<>();
            page.onPageError(errors::add);
            page.onRequest(request -> {
                if (!request.url().startsWith(console.toString())) {
                    foreign.add(request.url());
                }
            });
            page.navigate(console + "/#playground");

            assertThat(page.getByTestId("model-choice")).containsText(Platform.MODEL);
            page.evaluate(WATCH);
            page.getByTestId("prompt").fill("Tell me everything about the building");
            // On a fast line the built-in model ends its answer before a page is drawn once.
            line.slowDown();
            page.getByTestId("send").click();
            assertThat(page.getByTestId("timing").last())
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(120_000));

            int arrived = Math.toIntExact(TEXT.matcher(line.slowly()).results().count());
            List<String> seen = ((List<?>) page.evaluate("() => window.seenAnswers"))
                    .stream().map(Object::toString).toList();
            assertThat(seen).as("what a person saw, in order").hasSizeGreaterThan(arrived > 1 ? 1 : 0);
            assertThat(seen.getLast()).startsWith(seen.getFirst().strip());
            assertThat(errors).isEmpty();
            assertThat(foreign).isEmpty();
            return arrived;
        }
    }

    @Test
    void springBootAdminShowsEveryService(Platform platform) {
        assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium().launch(options())) {
            Page page = patientPage(browser);
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
