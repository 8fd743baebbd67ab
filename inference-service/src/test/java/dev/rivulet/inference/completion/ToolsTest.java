// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.Answers.CHAT;
import static dev.rivulet.inference.completion.Answers.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tools as OpenAI's clients give them and read their calls, over a model that must be held to them. */
class ToolsTest {

    private static final String TOOLS = """
            ,"tools":[{"type":"function","function":{"name":"light","description":"switches a light","parameters":
              {"type":"object","properties":{"room":{"enum":["kitchen","bath"]},"on":{"type":"boolean"}},
               "required":["room","on"],"additionalProperties":false}}},
             {"type":"function","function":{"name":"now"}}]""";

    private static Replica replica;
    private static Answers answers;

    @BeforeAll
    static void start() {
        replica = Replica.start().serving(4, 24, Watcher.NONE);
        answers = new Answers(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    private static String chat(String fields) {
        return "{\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":\"dark here\"}]" + fields + "}";
    }

    @Test
    void aNamedToolIsCalledWithArgumentsThatFit() {
        JsonNode choice = answers.whole(
                        CHAT,
                        chat(TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"light\"}}"))
                .at("/choices/0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/content").isNull()).isTrue();
        JsonNode call = choice.at("/message/tool_calls/0");
        assertThat(call.path("id").asString()).startsWith("call_");
        assertThat(call.path("type").asString()).isEqualTo("function");
        assertThat(call.at("/function/name").asString()).isEqualTo("light");
        JsonNode arguments = JSON.readTree(call.at("/function/arguments").asString());
        assertThat(arguments.path("room").asString()).isIn("kitchen", "bath");
        assertThat(arguments.path("on").isBoolean()).isTrue();
    }

    @Test
    void requiredCallsStreamAsDeltas() {
        String fields = TOOLS + ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false,\"seed\":4,\"n\":2";
        JsonNode whole = answers.whole(CHAT, chat(fields));
        List<JsonNode> chunks = answers.chunks(CHAT, chat(fields + ",\"stream\":true"));
        for (int i = 0; i < 2; i++) {
            List<JsonNode> deltas = Answers.choices(chunks, i).stream()
                    .map(choice -> choice.at("/delta/tool_calls/0"))
                    .filter(JsonNode::isObject)
                    .toList();
            JsonNode first = deltas.getFirst();
            JsonNode expected = whole.at("/choices/" + i + "/message/tool_calls/0");
            assertThat(first.path("id").asString()).startsWith("call_");
            assertThat(first.path("type").asString()).isEqualTo("function");
            assertThat(first.at("/function/name")).isEqualTo(expected.at("/function/name"));
            assertThat(deltas).allMatch(delta -> delta.path("index").asInt(-1) == 0);
            assertThat(deltas.subList(1, deltas.size())).noneMatch(delta -> delta.has("id"));
            assertThat(deltas.stream()
                            .map(delta -> delta.at("/function/arguments").asString())
                            .collect(Collectors.joining()))
                    .isEqualTo(expected.at("/function/arguments").asString());
            assertThat(Answers.text(chunks, i, "/delta/content")).isEmpty();
            assertThat(Answers.choices(chunks, i)
                            .getLast()
                            .path("finish_reason")
                            .asString())
                    .isEqualTo("tool_calls");
        }
    }

    @Test
    void withoutAChoiceAModelMayJustTalk() {
        for (String choice : List.of("", ",\"tool_choice\":\"auto\"", ",\"tool_choice\":\"none\"")) {
            JsonNode answer = answers.whole(CHAT, chat(TOOLS + choice + ",\"max_tokens\":12"));
            assertThat(answer.at("/choices/0/message/content").isString()).isTrue();
            assertThat(answer.at("/choices/0/message").has("tool_calls")).isFalse();
            assertThat(answer.at("/choices/0/finish_reason").asString()).isIn("stop", "length");
        }
    }

    @Test
    void theAnswersOfToolsArePartOfTheConversation() {
        String asked = """
                {"model":"fake","max_tokens":4,"messages":[{"role":"user","content":"x"},
                 {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
                  "function":{"name":"now","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"call_1","content":"%s"}]%s}""";
        JsonNode answer = answers.whole(CHAT, asked.formatted("noon", TOOLS));
        JsonNode without = answers.whole(CHAT, asked.formatted("noon", ""));
        assertThat(answer.at("/choices/0/message/content").asString())
                .isNotEqualTo(answers.whole(CHAT, asked.formatted("midnight", TOOLS))
                        .at("/choices/0/message/content")
                        .asString());
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .as("the tools are in the prompt")
                .isGreaterThan(without.at("/usage/prompt_tokens").asInt() + 100);
    }
}
