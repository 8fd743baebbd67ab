// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each page of the console shows what the running platform does, to everybody, and does what a person asks. */
@ExtendWith(OnPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsolePagesIT {

    private static final String HOSTILE_CARD =
            "# Doors\n\n**Opens** doors. <img src=x onerror=\"window.hacked=1\">[x](javascript:window.hacked=1)";

    private ConsoleWindow window;
    private Platform platform;

    @BeforeAll
    void open(Platform platform) {
        this.platform = platform;
        this.window = ConsoleWindow.open(platform);
    }

    @AfterAll
    void close() {
        if (window != null) {
            window.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        assertThat(window.complaints()).isEmpty();
    }

    private Locator at(String id) {
        return window.at(id);
    }

    private String ask() {
        Chat chat = new Chat(platform);
        HttpResponse<String> answer = chat.post("/v1/chat/completions", Chat.body("Hello", 8, false));
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    @Test
    void theOverviewCountsRequestsAsTheyCome() {
        window.show("overview");
        assertThat(at("live")).hasText("live");

        Awaitility.await("a request is counted")
                .atMost(Duration.ofMinutes(2))
                .pollInSameThread()
                .until(() -> {
                    ask();
                    return !at("tile-requests").locator("strong").textContent().equals("0.0/s");
                });

        for (String service :
                new String[] {"gateway-service", "inference-service", "model-registry", "config-server"}) {
            assertThat(window.page().locator("[data-service='" + service + "']"))
                    .containsText("answers");
        }
        assertThat(at("tile-slots")).containsText(Pattern.compile("of [1-9]\\d*"));
        window.inspect("overview");
    }

    @Test
    void thePlaygroundComparesTwoModelsAndShowsTheRequestAsAProgram() {
        window.show("playground");
        assertThat(at("send")).isEnabled();
        at("compare").check();
        at("second-choice").selectOption("assistant");
        at("prompt").fill("It is too cold in room 204");
        at("send").click();

        assertThat(at("answer")).hasCount(2);
        assertThat(window.page().locator("[data-testid='message-assistant'][data-state='done']"))
                .hasCount(2);
        at("timing").first().locator("summary").click();
        assertThat(at("timing").first()).containsText("prefill");
        at("programs").locator("summary").first().click();
        assertThat(at("program-curl")).containsText(platform.gateway() + "/v1/chat/completions");
        window.inspect("playground");
    }

    @Test
    void aModelIsImportedDescribedAndRolledOutAndTakenBack() {
        // No replica can load a model of this task, so the rollout is taken back by itself.
        String model = "console-doors";
        Registration registry = new Registration(platform);
        window.show("models");
        assertThat(window.page().locator("[data-model='rivulet-assistant']")).containsText("champion");
        imports(model, "1", 10);
        assertThat(registry.ask("PUT", "/api/models/" + model + "/aliases/champion", "{\"version\":\"1\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(registry.markdown("/api/models/" + model + "/card", HOSTILE_CARD))
                .isEqualTo(200);
        imports(model, "2", 500_000);
        window.inspect("models");

        window.show("models/" + model);
        assertThat(at("card").locator("strong")).hasText("Opens");
        assertThat(at("card").locator("img, [href^='javascript']")).hasCount(0);
        assertThat(at("lineage").first()).isVisible();
        window.inspect("model");
        window.page()
                .locator("[data-testid='version'][data-version='2']")
                .getByTestId("start-rollout")
                .click();
        window.agree();
        theRolloutIsTakenBack();
    }

    private void imports(String model, String version, int repeated) {
        window.page().locator("[name=model]").fill(model);
        window.page().locator("[name=version]").fill(version);
        window.page().locator("[name=task]").selectOption("other");
        byte[] card = ("card of " + version).repeat(repeated).getBytes(StandardCharsets.UTF_8);
        at("import-files").setInputFiles(new FilePayload("card.md", "text/markdown", card));
        at("import-start").click();
        assertThat(at("said")).hasText(model + " " + version + " is registered.");
    }

    private void theRolloutIsTakenBack() {
        assertThat(at("rollout-state")).hasAttribute("data-state", "rolled_back");
        assertThat(at("decision").first()).containsText("by registry");
        assertThat(at("decision").last()).containsText("a test of the console");
        window.inspect("rollout");
        window.show("rollouts");
        assertThat(at("rollouts")).containsText("console-doors");
        window.inspect("rollouts");
    }

    @Test
    void replicasShowTheirSlots() {
        window.show("replicas");
        assertThat(at("models")).containsText(Platform.MODEL);
        assertThat(at("replicas")).containsText("127.0.0.1");
        assertThat(at("slots").first().locator(".slot")).hasCount(16);
        assertThat(at("replicas")).containsText("Prefix found");
        window.inspect("replicas");
    }

    @Test
    void aFederationShowsItsRoundsAsTheyEndAndThatItsLogIsIntact() throws Exception {
        try (Wards wards = new Wards(platform, "console-desk", 2)) {
            window.show("federations");
            assertThat(at("federations")).containsText("console-desk");
            window.inspect("federations");
            window.show("federations/console-desk");
            wards.begin();

            Locator second = window.page().locator("[data-testid='round'][data-round='2']");
            assertThat(second).containsText("2 of 2");
            assertThat(second).not().containsText("goes on");
            assertThat(window.page().locator("[data-testid='round'][data-round='1']"))
                    .containsText("2 of 2");
            at("verify").click();
            assertThat(at("audit")).hasAttribute("data-intact", "true");
            window.inspect("federation");
        }
    }

    @Test
    void eventsShowTopicsAndTheWayOfARequest() {
        window.show("events");
        assertThat(window.page().locator("[data-topic='inference.completion.recorded']"))
                .containsText("model-registry");
        assertThat(at("travel")).containsText("Outbox of model-registry");

        String request = ask();
        assertThat(at("recent")).containsText(request);
        window.show("events/" + request);
        assertThat(at("timeline")).containsText("inference-service · prefill");
        window.inspect("events");
    }

    @Test
    void aKeyIsMadeShownOnceAndRevoked() {
        window.show("keys");
        at("key-name").fill("console-test");
        at("create-key").click();
        assertThat(at("secret-key")).hasText(Pattern.compile("rvl_\\w+"));
        window.inspect("keys");

        Locator row = window.page().locator("[data-key='console-test'][data-status='active']");
        row.getByTestId("revoke").click();
        window.agree();
        assertThat(window.page().locator("[data-key='console-test'][data-status='revoked']"))
                .isVisible();
        window.show("config");
        window.show("keys");
        assertThat(at("secret-key")).hasCount(0);
    }

    @Test
    void configurationInFilesSaysHowItIsChanged() {
        window.show("config");
        assertThat(at("problem")).containsText("RIVULET_CONFIG_BACKEND=jdbc");
        window.inspect("config");
    }
}
