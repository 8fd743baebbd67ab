// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The other ways in which a picture and words come together. */
class FusionTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Household household = new Household();

    @AfterEach
    void close() {
        household.close();
    }

    @Test
    void hybridTakesFromThePictureWhatTheWordsLeaveOpen() throws Exception {
        household.says(Household.INTENT, Household.intent("light.dim", 0.97));
        household.says(Household.SLOTS, Household.spans(Household.span("room", "Aurora")));
        household.words("Dimming.");
        try (GatewayFixture gateway = joined("hybrid")) {
            String answer = content(new SensesChat()
                    .voice()
                    .picture()
                    .words("in Aurora like this")
                    .ask(gateway));
            assertThat(answer)
                    .isEqualTo("Dimming.\nThe light in Aurora is at 42 percent.\nIn the picture: A dial at 42 %.");
            assertThat(household.system()).isEqualTo("intent: light.dim\nroom: Aurora\nlevel: 42 percent");

            household.says(
                    Household.SLOTS,
                    Household.spans(Household.span("room", "Aurora"), Household.span("level", "in Aurora")));
            household.sees("A tank at 20 %.");
            assertThat(content(new SensesChat()
                            .voice()
                            .picture()
                            .words("in Aurora")
                            .ask(gateway)))
                    .as("a word wins over a picture")
                    .doesNotContain("20 percent");
        }
    }

    @Test
    void earlyGivesPictureAndWordsToOneDecoderAndWordsAloneToTheUsualOne() throws Exception {
        try (GatewayFixture gateway = joined("early")) {
            HttpResponse<String> seen = new SensesChat()
                    .picture()
                    .words("What does the gauge show?")
                    .ask(gateway);
            assertThat(content(seen)).startsWith("A dial at 42 %.");
            assertThat(household.asked(Household.DECODER)).isEmpty();
            JsonNode parts = household
                    .asked(Household.SKETCH)
                    .getLast()
                    .path("messages")
                    .path(0)
                    .path("content");
            assertThat(parts.path(0).path("image_url").path("url").asString()).isEqualTo(SensesChat.PICTURE);
            assertThat(parts.path(1).path("text").asString()).isEqualTo("What does the gauge show?");

            HttpResponse<String> plain =
                    new SensesChat().words("Set Aurora to 21 degrees").ask(gateway);
            assertThat(content(plain)).startsWith("Setting Aurora to 21 degrees.");
            assertThat(JSON.readTree(plain.body())
                            .path("rivulet")
                            .path("missing")
                            .isEmpty())
                    .isTrue();

            household.fails(Household.SKETCH);
            HttpResponse<String> blind =
                    new SensesChat().picture().words("Set Aurora to 21 degrees").ask(gateway);
            assertThat(content(blind)).startsWith("Setting Aurora to 21 degrees.");
            assertThat(JSON.readTree(blind.body())
                            .path("rivulet")
                            .path("missing")
                            .toString())
                    .isEqualTo("{\"answer\":\"replica_lost\"}");
        }
    }

    private GatewayFixture joined(String fusion) {
        GatewayFixture gateway = GatewayFixture.start(
                "rivulet.assistant.fusion=" + fusion,
                "rivulet.relay.attempts=1",
                "rivulet.assistant.stages.intent.deadline=20s",
                "rivulet.assistant.stages.slots.deadline=20s",
                "rivulet.assistant.stages.facts.deadline=20s");
        gateway.join(household.replica);
        return gateway;
    }

    private static String content(HttpResponse<String> answer) {
        return JSON.readTree(answer.body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString("");
    }
}
