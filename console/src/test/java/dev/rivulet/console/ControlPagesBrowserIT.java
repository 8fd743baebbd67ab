// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages on what a platform at rest has none of: dead letters, and settings that are published from a database. */
@Timeout(180)
class ControlPagesBrowserIT {

    private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();
    private static final List<String> WRITES = new CopyOnWriteArrayList<>();
    private static HttpServer services;
    private static TestConsole console;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        services.createContext("/", ControlPagesBrowserIT::answer);
        services.start();
        String url = "http://127.0.0.1:" + services.getAddress().getPort();
        console = TestConsole.start(
                "rivulet.console.services.urls.model-registry",
                url,
                "rivulet.console.services.urls.config-server",
                url,
                "rivulet.console.controls.watch-every",
                "50ms");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            console.close();
            services.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!exchange.getRequestMethod().equals("GET") && path.startsWith("/api/")) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            WRITES.add(exchange.getRequestMethod() + " " + path + " " + body);
        }
        String answer = ANSWERS.get(path);
        byte[] bytes = (answer == null ? "{\"detail\":\"nothing\"}" : answer).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Page show(String address) {
        Page page = browser.page(1200, 800, console.url());
        page.navigate(console.url() + "/#" + address);
        return page;
    }

    private static void agree(Page page, String reason) {
        Locator field = page.getByTestId("reason");
        if (!reason.isEmpty()) {
            field.fill(reason);
        }
        page.getByTestId("confirm-yes").click();
    }

    @Test
    void aDeadLetterIsInspectedAndSentBackWithAReason() {
        String letter = """
                {"id":"d-1","reader":"usage","topic":"inference.completion.recorded","partition":3,"offset":7,
                 "recorded_at":"2026-11-27T10:00:00Z","key":"r-1","cause":"effect_failed","reason":"<b>no</b> such model",
                 "attempts":3,"round":0,"state":"%s","parked_at":"2026-11-27T10:00:01Z"}""";
        ANSWERS.put("/api/asyncapi", "{\"channels\":{},\"operations\":{}}");
        ANSWERS.put("/api/dead-letters", "{\"letters\":[" + letter.formatted("parked") + "],\"next\":null}");
        ANSWERS.put(
                "/api/dead-letters/d-1",
                "{\"letter\":" + letter.formatted("parked")
                        + ",\"headers\":{\"ce_id\":\"e\"},\"exception\":\"X\",\"stack\":\"at y\","
                        + "\"payload\":{\"request\":\"r-1\"},\"edited\":false,\"dropped_bytes\":0,\"waiting_behind\":2}");
        ANSWERS.put("/api/dead-letters/d-1/replay", "{}");
        Page page = show("events");

        assertThat(page.getByTestId("letters")).containsText("<b>no</b> such model");
        page.getByTestId("inspect").click();
        assertThat(page.getByTestId("payload")).hasValue("{\n  \"request\": \"r-1\"\n}");
        assertThat(page.getByTestId("inspected")).containsText("inference.completion.recorded 3:7");
        page.getByTestId("replay").click();
        agree(page, "the model is back");

        assertThat(page.getByTestId("said")).hasText("Send it back: done.");
        assertThat(WRITES)
                .contains("POST /api/dead-letters/d-1/replay {\"by\":\"console\",\"reason\":\"the model is back\"}");
        ANSWERS.put("/api/dead-letters", "{\"letters\":[],\"next\":null}");
        assertThat(page.getByTestId("letters")).hasCount(0);
        page.context().close();
    }

    @Test
    void aSettingIsPublishedWithItsHistoryAndDifference() {
        String site = "/api/config/gateway-service";
        String key = "rivulet.admission.queue";
        ANSWERS.put(
                "/api/config/catalogue",
                "{\"gateway-service\":[{\"key\":\"" + key + "\",\"allowed\":\"a whole number\"}]}");
        ANSWERS.put(
                site + "/default",
                "{\"revision\":2,\"values\":[{\"key\":\"" + key + "\",\"value\":\"64\",\"secret\":false}]}");
        String change = "{\"key\":\"" + key + "\",\"before\":\"32\",\"after\":\"64\",\"secret\":false}";
        ANSWERS.put(
                site + "/default/revisions",
                "{\"revisions\":[{\"revision\":2,\"author\":\"ada\",\"at\":\"2026-11-27T10:00:00Z\",\"changes\":["
                        + change + "]}]}");
        ANSWERS.put(
                site + "/applied",
                "{\"instances\":[{\"instance\":\"g-1\",\"state\":\"refused\",\"at\":\"2026-11-27T10:00:00Z\","
                        + "\"refused\":{\"rivulet.admission\":\"too large\"}}]}");
        ANSWERS.put(site + "/default/diff", "{\"from\":2,\"to\":2,\"changes\":[" + change + "]}");
        ANSWERS.put(site + "/default/values/" + key, "{\"revision\":3,\"announced\":true}");
        Page page = show("config");

        assertThat(page.getByTestId("revision")).hasText("2");
        assertThat(page.getByTestId("history")).containsText("ada");
        assertThat(page.getByTestId("applied")).containsText("too large");
        page.locator("[aria-label='Difference of 2 to now']").click();
        assertThat(page.getByTestId("difference").locator("ins")).hasText("64");
        page.getByTestId("config-key").fill(key);
        page.getByTestId("config-value").fill("128");
        page.getByTestId("publish").click();
        agree(page, "");

        assertThat(page.getByTestId("said")).hasText("Published.");
        assertThat(WRITES)
                .contains("PUT " + site + "/default/values/" + key
                        + " {\"revision\":2,\"value\":\"128\",\"secret\":false}");
        page.context().close();
    }
}
