// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What surrounds the pages, and the parts of them that need no service to answer. */
@Timeout(180)
class ShellBrowserIT {

    /** Bytes over the wire, compressed, until the first page stands. */
    private static final int FIRST_LOAD = 200_000;

    private static StubGateway gateway;
    private static TestConsole console;
    private static Browser browser;
    private Page page;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        gateway = new StubGateway();
        console = TestConsole.before(gateway);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            console.close();
            gateway.close();
        }
    }

    @BeforeEach
    void open() {
        page = browser.page(1200, 800, console.url());
    }

    @AfterEach
    void nothingWentWrong() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    private Locator at(String id) {
        return page.getByTestId(id);
    }

    private void show(String address) {
        page.navigate(console.url() + "/#" + address);
        assertThat(page.locator("main h1")).isVisible();
    }

    @Test
    void theFirstLoadFitsItsBudget() {
        show("overview");
        assertThat(at("tiles")).isVisible();

        Map<?, ?> sizes = (Map<?, ?>) page.evaluate("""
                () => Object.fromEntries([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                  .filter(each => !each.name.includes('/api/'))
                  .map(each => [each.name, each.encodedBodySize]))
                """);

        assertThat(sizes.values())
                .allSatisfy(size -> assertThat(((Number) size).intValue()).isPositive());
        int sum = sizes.values().stream()
                .mapToInt(size -> ((Number) size).intValue())
                .sum();
        assertThat(sum).as("%s", sizes).isLessThanOrEqualTo(FIRST_LOAD);
    }

    @Test
    void pagesAreLoadedWhenTheyAreFirstOpened() {
        show("overview");
        String loaded =
                "() => performance.getEntriesByType('resource').some(each => each.name.endsWith('/pages/federations.js'))";
        assertThat(page.evaluate(loaded)).isEqualTo(false);

        at("to-federations").click();

        assertThat(page.locator("rivulet-federations h1")).hasText("Federations");
        assertThat(page.evaluate(loaded)).isEqualTo(true);
        assertThat(at("to-federations")).hasAttribute("aria-current", "page");
        assertThat(page).hasTitle("Federations · Rivulet");
    }

    @Test
    void isOperatedByKeyboard() {
        show("overview");
        page.keyboard().press("Tab");
        assertThat(page.locator("#skip")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#content")).isFocused();

        page.keyboard().press("g");
        page.keyboard().press("p");
        assertThat(page.locator("rivulet-playground h1")).hasText("Playground");
        page.keyboard().press("/");
        assertThat(at("prompt")).isFocused();
        page.keyboard().type("g m stays text");
        assertThat(at("prompt")).hasValue("g m stays text");
    }

    @Test
    void showsItsKeysAndSwitchesThemOff() {
        show("overview");
        page.keyboard().press("?");
        assertThat(at("help-dialog")).containsText("Federations");
        at("help-dialog").locator("input").uncheck();
        page.keyboard().press("Escape");
        assertThat(at("help-dialog")).hasCount(0);

        page.keyboard().press("g");
        page.keyboard().press("m");
        page.keyboard().press("?");

        assertThat(at("help-dialog")).hasCount(0);
        assertThat(page.locator("rivulet-overview")).isVisible();
    }

    @Test
    void keepsNoTokenInTheBrowser() {
        show("keys");
        assertThat(at("key-row")).hasCount(1);
        Object kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])");

        assertThat(Objects.toString(kept)).doesNotContain("rvk_", "rvl_", "Bearer");
        assertThat(page.content()).doesNotContain("rvk_");
    }

    @Test
    void asksTwoModelsWithParametersSystemPromptAndPicture() {
        show("playground");
        assertThat(at("send")).isEnabled();
        at("compare").check();
        at("second-choice").selectOption("other");
        page.locator("summary").first().click();
        at("system").fill("Be brief.");
        at("top_p").fill("0.5");
        at("stop-text").fill("END");
        at("picture").setInputFiles(new FilePayload("dot.png", "image/png", new byte[] {1, 2, 3}));
        assertThat(at("pictures").locator("img")).hasCount(1);
        at("prompt").fill("What is this?");
        at("send").click();
        StubGateway.Chat one = gateway.next();
        StubGateway.Chat two = gateway.next();
        one.token("A dot.").done(2);
        two.token("A dot.").done(2);

        assertThat(at("answer")).hasText(new String[] {"A dot.", "A dot."});
        assertThat(List.of(one.body(), two.body()))
                .allSatisfy(body -> assertThat(body)
                        .contains(
                                "{\"role\":\"system\",\"content\":\"Be brief.\"}",
                                "\"top_p\":0.5",
                                "\"stop\":\"END\"",
                                "data:image/png;base64,AQID"));
        assertThat(one.body() + two.body()).contains("\"model\":\"building-chat\"", "\"model\":\"other\"");
    }

    @Test
    void writesTheRequestAsAProgramThatQuotesWhatMustBe() {
        show("playground");
        assertThat(at("send")).isEnabled();
        at("prompt").fill("It's \"cold\"\nhere");
        at("programs").locator("summary").click();

        assertThat(at("program-curl")).containsText("It'\\''s \\\"cold\\\"\\nhere");
        assertThat(at("program-python")).containsText("client.chat.completions.create(");
        assertThat(at("program-java")).containsText("\\\\\\\"cold\\\\\\\"\\\\nhere");
    }

    @Test
    void hashesInPartsAsTheBrowserHashesWhole() {
        show("overview");
        Object alike = page.evaluate("""
                async () => {
                  const { Sha256 } = await import('/app/sha256.js');
                  const hex = (buffer) => [...new Uint8Array(buffer)].map(each => each.toString(16).padStart(2, '0')).join('');
                  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 1000, 70000]) {
                    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
                    const parts = new Sha256();
                    for (let at = 0; at < length; at += 37) parts.add(bytes.subarray(at, at + 37));
                    if (parts.hex() !== hex(await crypto.subtle.digest('SHA-256', bytes))) return length;
                  }
                  return 'all';
                }
                """);

        assertThat(alike).isEqualTo("all");
    }

    @Test
    void findsAnEditOfAnAuditLogInTheBrowser() throws Exception {
        Path samples = Path.of("../docs/samples/federation-audit");
        String log = Files.readString(samples.resolve("log.jsonl"));
        String key = Files.readString(samples.resolve("key.pem"));
        show("overview");
        String verify =
                "async ([log, key]) => { const { verify } = await import('/app/audit.js'); return await verify(log, key); }";

        Map<?, ?> whole = (Map<?, ?>) page.evaluate(verify, List.of(log, key));
        Map<?, ?> edited = (Map<?, ?>) page.evaluate(
                verify, List.of(log.replaceFirst("\"epsilonTotal\":\"0.91\"", "\"epsilonTotal\":\"0.51\""), key));
        Map<?, ?> shortened = (Map<?, ?>) page.evaluate(verify, List.of(log.substring(log.indexOf('\n') + 1), key));

        assertThat(whole.get("fault")).isEqualTo("");
        assertThat(whole.get("intact")).isEqualTo(true);
        assertThat(whole.get("rounds")).isEqualTo(3);
        assertThat(edited.get("fault")).isEqualTo("Line 5: no key of the log signed these bytes.");
        assertThat(shortened.get("intact")).isEqualTo(false);
    }
}
