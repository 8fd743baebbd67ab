// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The assistant with its graph as it comes: it acts in the building, computes, and quotes documents. */
class AssistantActsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern CODE = Pattern.compile("confirm (\\d{6})");
    private static GatewayFixture gateway;

    private final Household household = new Household();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.caching.size=1MB",
                "rivulet.assistant.stages.intent.deadline=20s",
                "rivulet.assistant.stages.slots.deadline=20s",
                "rivulet.assistant.stages.facts.deadline=20s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        gateway.join(household.replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(household.replica.id());
        household.close();
    }

    @Test
    void whatIsMeantIsDoneEveryTimeItIsAskedFor() throws Exception {
        assertThat(ask("Set Aurora to 21 degrees"))
                .isEqualTo("Setting Aurora to 21 degrees.\nAurora is at 20.5 degrees and goes to 21.0.");
        household.says(
                Household.SLOTS,
                Household.spans(Household.span("room", "Aurora"), Household.span("temperature", "19")));
        ask("Set Aurora to 19");
        household.says(
                Household.SLOTS,
                Household.spans(Household.span("room", "Aurora"), Household.span("temperature", "21 degrees")));
        ask("Set Aurora to 21 degrees");

        assertThat(gateway.get("/v1/building").body()).contains("\"aurora\"", "\"target\":21.0");
    }

    @Test
    void aDoorOpensOnlyAfterTheCodeThatWasTold() throws Exception {
        household.says(Household.INTENT, Household.intent("door.unlock", 0.97));
        household.says(Household.SLOTS, Household.spans(Household.span("door", "the north gate")));
        household.words("Unlocking needs your confirmation.");

        String asked = ask("open the north gate");
        assertThat(gateway.get("/v1/building").body()).doesNotContain("north gate");
        Matcher code = CODE.matcher(asked);
        assertThat(code.find()).isTrue();

        assertThat(ask("confirm " + code.group(1))).contains("the north gate is unlocked.");
        assertThat(gateway.get("/v1/building").body()).contains("\"north gate\":{\"locked\":false}");
        assertThat(ask("confirm " + code.group(1))).contains("Nothing waits for the code");
    }

    @Test
    void aCommandOverHttpIsDoneOrRefusedWithWhatToSay() throws Exception {
        String path = "/v1/building/commands";
        assertThat(gateway.post(path, "{\"command\":\"light\",\"where\":\"Delta\",\"value\":40}")
                        .body())
                .contains("The light in Delta is at 40 percent.");
        assertThat(gateway.post(path, "{\"command\":\"lock_door\",\"where\":\"the bike room\"}")
                        .body())
                .contains("to_confirm");
        HttpResponse<String> bad =
                gateway.post(path, "{\"command\":\"set_temperature\",\"where\":\"Delta\",\"value\":99}");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).contains("A room is set to 10 to 30 degrees.");
    }

    @Test
    void whatThePlatformHasIsToldToThoseWhoMaySeeIt() throws Exception {
        household.says(Household.INTENT, Household.intent("out_of_scope", 0.9));
        household.says(Household.SLOTS, Household.spans());
        household.words("Looking.");

        assertThat(ask("Which models are there?")).contains("rivulet-intent (version 1)", "rivulet-slots (version 1)");
        assertThat(ask("list the replicas")).contains("This API key may not look at replicas");
        assertThat(ask("which rollouts are there?")).contains("it lacks the scope platform:read");
        assertThat(ask("Where is the model train?")).isEqualTo("Looking.");
        try (GatewayFixture trusted = GatewayFixture.start(
                "rivulet.identity.keys[0].name=first",
                "rivulet.identity.keys[0].sha256=" + GatewayFixture.sha256(GatewayFixture.KEY),
                "rivulet.identity.keys[0].scopes=inference,platform:read")) {
            trusted.join(household.replica);
            String question = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
            assertThat(trusted.chat(question.formatted("list the replicas")).body())
                    .contains(household.replica.id() + " with 5 ready models");
            assertThat(trusted.chat(question.formatted("which rollouts are there?"))
                            .body())
                    .contains("No rollout is under way.");
        }
    }

    @Test
    void aNumberThatTheTaggerCutInTwoIsDoneAsAWhole() throws Exception {
        household.says(Household.INTENT, Household.intent("light.dim", 0.97));
        household.says(
                Household.SLOTS,
                Household.spans(
                        Household.span("room", "Tundra"),
                        "{\"label\":\"level\",\"text\":\"3\",\"start\":28,\"end\":29,\"score\":0.9}",
                        "{\"label\":\"level\",\"text\":\"0 percent\",\"start\":29,\"end\":38,\"score\":0.9}"));
        household.words("Dimming.");

        assertThat(ask("dim the lights in Tundra to 30 percent"))
                .isEqualTo("Dimming.\nThe light in Tundra is at 30 percent.");
    }

    @Test
    void numbersOfMetersAreComputedAndNotWorded() throws Exception {
        household.says(Household.INTENT, Household.intent("energy.compare", 0.97));
        household.says(
                Household.SLOTS,
                Household.spans(Household.span("meter", "electricity"), Household.span("period", "last week")));
        household.words("Comparing electricity last week with before.");

        assertThat(ask("compare electricity last week"))
                .matches(
                        "(?s)Comparing electricity last week with before\\.\\n\\d+ kWh, and \\d+ kWh in as many days before:"
                                + " [+-]\\d+\\.\\d percent\\.");
    }

    @Test
    void aDocumentIsQuotedUntilItIsDeletedAndTheCacheKnowsOfIt() throws Exception {
        household.says(Household.INTENT, Household.intent("out_of_scope", 0.9));
        household.says(Household.SLOTS, Household.spans());
        household.words("I can't help with that.");
        assertThat(ask("Where do bicycles stand?")).isEqualTo("I can't help with that.");

        HttpResponse<String> kept = gateway.post(
                "/v1/documents",
                "{\"name\":\"handbook\",\"text\":\"# Bicycles\\nBicycles stand in the basement.\\n\\n# Dogs\\nDogs stay"
                        + " at home.\"}");
        assertThat(kept.statusCode()).isEqualTo(201);
        String id = JSON.readTree(kept.body()).path("id").asString();

        assertThat(ask("Where do bicycles stand?"))
                .isEqualTo("I can't help with that.\nFrom \"handbook\": Bicycles: Bicycles stand in the basement.");
        assertThat(gateway.get("/v1/documents").body()).contains(id, "\"passages\":2");
        assertThat(gateway.statusFor(GatewayFixture.KEY, "DELETE", "/v1/documents/" + id))
                .isEqualTo(200);
        assertThat(ask("Where do bicycles stand?")).isEqualTo("I can't help with that.");
        assertThat(gateway.get("/v1/documents/" + id).statusCode()).isEqualTo(404);
        assertThat(gateway.post("/v1/documents", "{\"name\":\"\",\"text\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    private static String ask(String text) throws Exception {
        HttpResponse<String> answer = gateway.chat(
                "{\"model\":\"assistant\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                        + "\"}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString("");
    }
}
