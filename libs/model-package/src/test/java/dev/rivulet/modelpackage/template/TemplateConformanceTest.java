// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Templates in the styles of published models render as the reference renders them: see conformance/templates. */
final class TemplateConformanceTest {

    @TestFactory
    List<DynamicTest> rendersAsTheReference() throws IOException {
        JsonNode fixture = fixture();
        Map<String, String> tokens = new HashMap<>();
        fixture.get("tokens")
                .properties()
                .forEach(token -> tokens.put(token.getKey(), token.getValue().stringValue()));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode template : fixture.get("cases")) {
            for (JsonNode result : template.get("results")) {
                String conversation = result.get("conversation").stringValue();
                boolean generate = result.get("generate").booleanValue();
                List<ChatMessage> messages =
                        messages(fixture.get("conversations").get(conversation));
                tests.add(DynamicTest.dynamicTest(
                        template.get("name").stringValue() + " " + conversation + (generate ? " open" : " closed"),
                        () -> check(template.get("template").stringValue(), tokens, messages, generate, result)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(150);
        return tests;
    }

    private static void check(
            String source, Map<String, String> tokens, List<ChatMessage> messages, boolean generate, JsonNode result)
            throws Exception {
        ModelChatTemplate template =
                new ModelChatTemplate("test", source, tokens, TemplateLimits.DEFAULT, Clock.systemUTC());
        if (result.has("error")) {
            assertThatThrownBy(() -> template.render(messages, generate)).isInstanceOf(TemplateException.class);
        } else {
            assertThat(template.render(messages, generate).text())
                    .isEqualTo(result.get("text").stringValue());
        }
    }

    private static List<ChatMessage> messages(JsonNode conversation) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : conversation) {
            messages.add(new ChatMessage(
                    message.get("role").stringValue(), message.get("content").stringValue()));
        }
        return messages;
    }

    private static JsonNode fixture() throws IOException {
        try (InputStream in = TemplateConformanceTest.class.getResourceAsStream("/conformance/templates.json")) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
