// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A person's view: Chromium on the console, in front of a gateway that answers when the test says so. */
@Timeout(180)
class ConsoleBrowserIT {

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
        page.navigate(console.url() + "/#playground");
    }

    @AfterEach
    void nothingWentWrong() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    private Locator at(String id) {
        return page.getByTestId(id);
    }

    private StubGateway.Chat ask(String question) {
        assertThat(at("send")).isEnabled();
        at("prompt").fill(question);
        at("send").click();
        return gateway.next();
    }

    @Test
    void showsTokensOneAfterAnother() {
        StubGateway.Chat chat = ask("It is too cold in room 204");
        Locator answer = at("answer");

        chat.token("I set ");
        assertThat(answer).hasText("I set");
        chat.token("room 204 ");
        assertThat(answer).hasText("I set room 204");
        chat.token("to 22 °C.");
        assertThat(answer).hasText("I set room 204 to 22 °C.");
        assertThat(at("message-assistant")).hasAttribute("data-state", "coming");

        chat.done(3);
        assertThat(at("message-assistant")).hasAttribute("data-state", "done");
        assertThat(at("message-user")).hasText("It is too cold in room 204");
        assertThat(chat.body())
                .contains("\"model\":\"building-chat\"", "\"stream\":true", "It is too cold in room 204");
    }

    @Test
    void showsWhereTheTimeWent() {
        StubGateway.Chat chat = ask("Hello");
        chat.token("Hello.").done(1);

        at("timing").locator("summary").click();

        assertThat(at("ttft")).containsText("ms");
        assertThat(page.locator("[data-stage='prefill']")).containsText("8.0 ms");
        assertThat(page.locator("[data-stage='gateway ingress']")).containsText("0.4 ms");
        assertThat(at("timing")).containsText("0191-test");
    }

    @Test
    void sendsTheWholeConversationWithTheChosenModel() {
        ask("First question").token("First answer").done(2);
        at("model-choice").selectOption("other");
        StubGateway.Chat second = ask("Second question");
        second.token("Second answer").done(2);

        assertThat(at("answer").last()).hasText("Second answer");
        assertThat(second.body()).contains("\"model\":\"other\"", "First question", "First answer", "Second question");
    }

    @Test
    void stopsTheAnswerOnThePageAndAtTheGateway() {
        StubGateway.Chat chat = ask("Tell me a long story");
        chat.token("Once upon a time");
        assertThat(at("answer")).hasText("Once upon a time");

        at("stop").click();

        assertThat(at("message-assistant")).hasAttribute("data-state", "stopped");
        await().atMost(Duration.ofSeconds(20)).until(chat::left);
        assertThat(at("send")).isEnabled();
    }

    @Test
    void chatsByKeyboardAlone() {
        assertThat(at("send")).isEnabled();
        at("prompt").focus();
        page.keyboard().type("line one");
        page.keyboard().press("Shift+Enter");
        page.keyboard().type("line two");
        page.keyboard().press("Enter");
        StubGateway.Chat chat = gateway.next();
        chat.token("So");
        assertThat(at("answer")).hasText("So");
        assertThat(chat.body()).contains("line one\\nline two");

        at("prompt").press("Escape");

        assertThat(at("message-assistant")).hasAttribute("data-state", "stopped");
    }

    @Test
    void explainsAnAnswerThatFailsOrBreaksOff() {
        ask("Fail")
                .token("Half")
                .frame("data: {\"error\":{\"message\":\"The replica was lost.\",\"type\":\"upstream_error\","
                        + "\"param\":null,\"code\":\"replica_lost\"}}\n\n")
                .end();
        assertThat(at("error")).hasText("The replica was lost.");
        assertThat(at("answer")).hasText("Half");

        ask("Break").token("Half").end();
        assertThat(at("error").last()).hasText("The answer broke off before its end.");
    }

    @Test
    void showsTheStructureOfAnAnswerAndNothingActive() {
        StubGateway.Chat chat = ask("Attack");
        chat.token("**bold** <img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>")
                .token("[bad](javascript:window.hacked=1) [good](https://example.org/) ![p](http://example.org/p.png)")
                .token(
                        "<form action=/x><input name=a></form><p style=\"position:fixed\" onclick=\"window.hacked=1\">styled</p>")
                .done(3);
        assertThat(at("message-assistant")).hasAttribute("data-state", "done");

        Locator answer = at("answer");
        assertThat(answer.locator("strong")).hasText("bold");
        assertThat(answer.locator("img, script, form, input, [style], [onclick], [onerror]"))
                .hasCount(0);
        assertThat(answer.locator("a[href^='javascript']")).hasCount(0);
        assertThat(answer.locator("a[href='https://example.org/']")).hasAttribute("rel", "noopener noreferrer");
        assertThat(answer).containsText("<script>window.hacked=1</script>");
        assertThat(page.evaluate("() => window.hacked ?? 'unharmed'")).isEqualTo("unharmed");
    }

    @Test
    void sanitisesEvenWhatTheMarkdownReaderLetsThrough() {
        Object clean = page.evaluate("""
                async () => {
                  const { sanitise } = await import('/app/markdown.js');
                  return sanitise('<svg><a>s</a></svg><a href="https://example.org/" class="c">a</a><h1 id="x" data-x="y">t</h1>');
                }
                """);

        assertThat(clean)
                .isEqualTo(
                        "<a href=\"https://example.org/\" target=\"_blank\" rel=\"noopener noreferrer\">a</a><h1>t</h1>");
    }

    @Test
    void showsAQuestionAsTheTextItIs() {
        ask("<b>not bold</b>").token("ok").done(1);

        assertThat(at("message-user")).hasText("<b>not bold</b>");
    }

    @Test
    void readsEventsWhateverTheBordersOfThePieces() {
        Object items = page.evaluate("""
                async () => {
                  const { SseParser } = await import('/app/sse.js');
                  const text = ': note\\r\\ndata: a\\r\\ndata: b\\r\\n\\r\\nevent: x\\ndata:c\\n\\n';
                  const read = (size) => {
                    const parser = new SseParser();
                    const found = [];
                    for (let i = 0; i < text.length; i += size) found.push(...parser.push(text.slice(i, i + size)));
                    return JSON.stringify(found);
                  };
                  return [1, 2, 3, 5, 100].map(read);
                }
                """);

        String expected =
                "[{\"kind\":\"comment\",\"text\":\"note\"},{\"kind\":\"data\",\"data\":\"a\\nb\"},{\"kind\":\"data\",\"data\":\"c\"}]";
        assertThat((List<?>) items).allSatisfy(each -> assertThat(each).isEqualTo(expected));
    }

    @Test
    void fitsANarrowTelephone() {
        page.setViewportSize(380, 700);
        ask("w".repeat(300))
                .token("```\n" + "x".repeat(300) + "\n```\n\n" + "y".repeat(300))
                .done(1);
        assertThat(at("message-assistant")).hasAttribute("data-state", "done");

        Object overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth");

        assertThat(((Number) overflow).intValue()).isLessThanOrEqualTo(0);
        assertThat(at("send")).isVisible();
    }

    @Test
    void followsTheSystemsThemeUntilOneIsChosen() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        Object dark = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor");
        at("theme-toggle").click();
        Object light = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor");

        assertThat(dark).isNotEqualTo(light);
        page.reload();
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
    }

    @Test
    void namesEveryControl() {
        assertThat(at("send")).isEnabled();
        Object unnamed = page.evaluate("""
                () => [...document.querySelectorAll('button, a, input, select, textarea')]
                  .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim()
                    || [...(each.labels ?? [])].some((label) => label.textContent.trim())))
                  .map((each) => each.outerHTML)
                """);

        assertThat((List<?>) unnamed).isEmpty();
    }
}
