// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The machine's Chromium on the platform's console, and what it complained of. */
final class ConsoleWindow implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final String GRAVE = """
            async () => (await axe.run()).violations
              .filter(rule => ['serious', 'critical'].includes(rule.impact))
              .flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`))""";
    private static final List<String> USUAL = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");
    private static final int WIDE = 1200;
    private static final int NARROW = 380;
    private static final int HEIGHT = 900;

    private final Playwright playwright;
    private final Browser browser;
    private final BrowserContext context;
    private final URI console;
    private final Page page;
    private final String axe = axe();
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    private ConsoleWindow(URI console, Playwright playwright, Browser browser) {
        this.console = console;
        this.playwright = playwright;
        this.browser = browser;
        this.context = browser.newContext(new Browser.NewContextOptions().setViewportSize(WIDE, HEIGHT));
        context.onRequest(request -> {
            if (!request.url().startsWith(console.toString()) && !request.url().startsWith("data:")) {
                complaints.add("foreign request: " + request.url());
            }
        });
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add("console: " + message.text());
            }
        });
        page.onPageError(error -> complaints.add("error: " + error));
        page.setDefaultTimeout(120_000);
    }

    /** Opens it, or skips the test where there is no Chromium. */
    static ConsoleWindow open(Platform platform) {
        return open(platform.url("CONSOLE"), List.of());
    }

    /**
     * Opens a console, or skips the test where there is no Chromium.
     *
     * @param console its address
     * @param switches of Chromium beside the usual
     */
    static ConsoleWindow open(URI console, List<String> switches) {
        assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(
                                Stream.concat(USUAL.stream(), switches.stream()).toList()));
        return new ConsoleWindow(console, playwright, browser);
    }

    Page page() {
        return page;
    }

    Locator at(String testId) {
        return page.getByTestId(testId);
    }

    /** Shows a page, as its address names it. */
    void show(String address) {
        if (page.url().startsWith(console.toString())) {
            page.evaluate("hash => { location.hash = hash; }", address);
        } else {
            page.navigate(console + "/#" + address);
        }
        page.waitForFunction(
                "tag => document.querySelector('main > ' + tag) !== null", "rivulet-" + address.split("/")[0]);
    }

    /** A dialog that asks first is answered with yes, and the reason where it wants one. */
    void agree() {
        Locator reason = at("confirm").getByTestId("reason");
        if (reason.count() > 0) {
            reason.fill("a test of the console");
        }
        at("confirm-yes").click();
    }

    /** Pictures of the page as it stands, in each look; nothing grave for who can't see it, and nothing wider than the window. */
    void inspect(String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            // Without motion colours change at once, and axe sees none in between.
            page.emulateMedia(
                    new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
            picture(name + "-" + scheme.name().toLowerCase(Locale.ROOT));
            isAccessible(name + " in " + scheme);
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(NARROW, HEIGHT);
        picture(name + "-narrow");
        Object overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth");
        page.setViewportSize(WIDE, HEIGHT);
        assertThat(((Number) overflow).intValue())
                .as("%s at %d px is wider than the window", name, NARROW)
                .isLessThanOrEqualTo(0);
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private void isAccessible(String name) {
        page.evaluate(axe);
        assertThat((List<?>) page.evaluate(GRAVE))
                .as("what axe finds on %s", name)
                .isEmpty();
    }

    private static String axe() {
        try (InputStream script = ConsoleWindow.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script, "axe-core").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Errors and warnings of pages, and requests to other hosts. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        context.close();
        browser.close();
        playwright.close();
    }
}
