// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What people decide in the console is what the platform does, and they see by which numbers it decided itself. */
@ExtendWith(OnPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleDecisionsIT {

    private static final Path FOLDER = Platform.repository().resolve("models/artefacts/" + Platform.MODEL);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String MODEL = "console-decided";
    /** The columns of a measure, as the registry names them, and how far a number may be from its rounded form. */
    private static final List<String> COLUMNS = List.of("candidate", "baseline", "limit", "p_value", "alpha");

    private static final double ROUNDED = 0.00005;

    private ConsoleWindow window;
    private Platform platform;
    private Registration registry;
    private int asked;

    @BeforeAll
    void open(Platform platform) {
        this.platform = platform;
        this.registry = new Registration(platform);
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

    @Test
    void aRolloutIsPausedResumedPromotedAndAbortedByItsButtonsAndShowsTheNumbersOfEachDecision() {
        register("1");
        register("2", "--alias", "next");
        Awaitility.await(MODEL + " answers").atMost(PATIENCE).until(() -> chat() == 200);
        String promoted = start("2", 1);
        window.show("rollouts/" + promoted);
        Awaitility.await("all sessions")
                .atMost(PATIENCE)
                .pollInSameThread()
                .until(() -> chat() == 200 && state(promoted).equals("holding"));

        becomes("pause", "paused");
        becomes("resume", "holding");
        becomes("promote", "promoted");
        assertThat(at("act-abort")).hasCount(0);
        showsTheNumbersOfEachDecision(promoted);
        window.inspect("rollout-promoted");
        assertThat(champion()).isEqualTo("2");

        String aborted = start("1", 600);
        window.show("rollouts/" + aborted);
        becomes("abort", "aborted");
        assertThat(champion()).isEqualTo("2");
    }

    private void register(String version, String... more) {
        List<String> command = new ArrayList<>(
                List.of("models", "register", FOLDER.toString(), "--name", MODEL, "--version-name", version));
        command.addAll(List.of(more));
        platform.run(command.toArray(String[]::new)).succeeded();
    }

    private int chat() {
        String body = Chat.body("Set room " + asked++ + " to 21 degrees", 4, false);
        return new Chat(platform)
                .post("/v1/chat/completions", body.replace(Platform.MODEL, MODEL))
                .statusCode();
    }

    /** Limits leave room for a busy machine, on which two equal versions differ. */
    private String start(String candidate, int stepSeconds) {
        HttpResponse<String> started =
                registry.ask("POST", "/api/rollouts", """
                {"model": "%s", "candidate": "%s", "steps": [50, 100], "step_seconds": %d, "hold_seconds": 3600,
                 "patience_seconds": 3600, "min_samples": 5, "max_ttft_seconds": 120, "max_itl_seconds": 120,
                 "max_latency_ratio": 100}""".formatted(MODEL, candidate, stepSeconds));
        assertThat(started.statusCode()).as(started.body()).isEqualTo(201);
        return Platform.JSON.readTree(started.body()).path("rollout").asString();
    }

    private JsonNode rollout(String id) {
        return Platform.JSON.readTree(
                registry.ask("GET", "/api/rollouts/" + id, "").body());
    }

    private String state(String id) {
        return rollout(id).path("state").asString();
    }

    private String champion() {
        return Platform.JSON
                .readTree(registry.ask("GET", "/api/models/" + MODEL, "").body())
                .at("/aliases/champion")
                .asString();
    }

    /** A button is pressed, and the page shows who decided so and why. */
    private void becomes(String act, String state) {
        at("act-" + act).click();
        window.agree();
        assertThat(at("rollout-state")).hasAttribute("data-state", state);
        assertThat(at("decision").first()).containsText("by console");
        assertThat(at("decision").first()).containsText("a test of the console");
    }

    private void showsTheNumbersOfEachDecision(String id) {
        List<JsonNode> timeline = rollout(id).path("timeline").valueStream().toList();
        assertThat(at("decision")).hasCount(timeline.size());
        int measures = 0;
        for (int i = 0; i < timeline.size(); i++) {
            JsonNode decision = timeline.get(timeline.size() - 1 - i).path("decision");
            Locator card = at("decision").nth(i);
            assertThat(card).containsText("by " + decision.path("by").asString());
            assertThat(card).containsText(decision.path("reason").asString());
            JsonNode evidence = decision.path("evidence");
            if (evidence.isObject()) {
                assertThat(card)
                        .containsText("%d requests of the candidate, %d of the baseline"
                                .formatted(
                                        evidence.path("candidate_requests").asInt(),
                                        evidence.path("baseline_requests").asInt()));
                measures += showsMeasures(card, evidence.path("measures"));
            }
        }
        assertThat(measures).as("numbers of the step that the registry took").isGreaterThan(2);
    }

    /** Each measure has its row with the numbers that the registry tells. */
    private static int showsMeasures(Locator card, JsonNode measures) {
        Locator rows = card.getByTestId("measure");
        assertThat(rows).hasCount(measures.size());
        for (int i = 0; i < measures.size(); i++) {
            JsonNode measure = measures.get(i);
            List<String> cells = rows.nth(i).locator("th, td").allTextContents();
            assertThat(cells.getFirst()).isEqualTo(measure.path("metric").asString());
            for (int column = 0; column < COLUMNS.size(); column++) {
                JsonNode told = measure.path(COLUMNS.get(column));
                String shown = cells.get(column + 1).strip();
                if (told.isNumber()) {
                    assertThat(Double.parseDouble(shown.replace(",", "")))
                            .as(COLUMNS.get(column) + " of " + measure)
                            .isCloseTo(told.asDouble(), within(ROUNDED));
                } else {
                    assertThat(shown).isEqualTo("–");
                }
            }
        }
        return measures.size();
    }

    @Test
    void aFederationIsMadeStartedAndStoppedOnItsPageAndALogThatWasChangedIsFound() throws Exception {
        String name = "console-made";
        try (Wards wards = new Wards(platform, name)) {
            make(name);
            assertThat(at("federation-tiles")).containsText("none yet");
            at("federation-start").click();
            window.agree();
            assertThat(at("federation-stop")).isVisible();
            wards.begin();
            assertThat(window.page().locator("[data-testid='round'][data-round='1']"))
                    .containsText("2 of 2");

            at("federation-stop").click();
            window.agree();
            assertThat(at("federation-start")).isVisible();
            assertThat(wards.ask("GET", "/" + name, "").path("running").asBoolean())
                    .isFalse();
            theLogIsVerified();
        }
    }

    private void make(String name) {
        window.show("federations");
        at("new-federation").locator("summary").click();
        at("federation-name").fill(name);
        at("federation-tensors").fill("weight");
        at("create-federation").click();
        assertThat(at("new-federation").getByTestId("problem")).containsText("\"weight\" is no tensor");
        at("federation-tensors").fill("weight=4x3");
        at("federation-settings").fill(Wards.settings(100_000));
        window.inspect("federation-new");
        at("create-federation").click();
    }

    /** As it is, and as it would be if its keeper had written other words. */
    private void theLogIsVerified() {
        at("verify").click();
        assertThat(at("audit")).hasAttribute("data-intact", "true");
        assertThat(at("audit")).containsText("rounds that ended");
        window.page().route("**/audit", ConsoleDecisionsIT::changed);
        at("verify").click();
        assertThat(at("audit")).hasAttribute("data-intact", "false");
        assertThat(at("audit")).containsText("Line 1: no key of the log signed these bytes.");
        window.inspect("federation-changed");
        window.page().unroute("**/audit");
    }

    private static void changed(Route route) {
        var answer = route.fetch();
        route.fulfill(new Route.FulfillOptions()
                .setResponse(answer)
                .setBody(answer.text().replaceFirst("console-made", "console-fake")));
    }
}
