// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ToolFormat;
import dev.rivulet.inference.grammar.AnswerForm.Calls;
import dev.rivulet.inference.grammar.AnswerForm.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CallsGrammarTest {

    private static final Tool NOW = new Tool("now", null);
    private static final Tool SET = new Tool(
            "set",
            new JsonMapper()
                    .readTree(
                            "{\"type\":\"object\",\"properties\":{\"to\":{\"type\":\"integer\"}},\"required\":[\"to\"]}"));

    private final GrammarFixture fixture = new GrammarFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "HERMES # true # <tool_call>~{\"name\": \"now\", \"arguments\": {}}~</tool_call> # true",
                "HERMES # true # <tool_call>~{\"name\": \"set\", \"arguments\": {\"to\": 5}}~</tool_call>~<tool_call>~{\"name\": \"now\", \"arguments\": {}}~</tool_call> # true",
                "HERMES # false # <tool_call>~{\"name\": \"now\", \"arguments\": {}}~</tool_call>~<tool_call>~{\"name\": \"now\", \"arguments\": {}}~</tool_call> # false",
                "HERMES # true # <tool_call>~{\"name\": \"set\", \"arguments\": {}}~</tool_call> # false",
                "HERMES # true # hello # false",
                "LLAMA # true # {\"name\": \"set\", \"parameters\": {\"to\":-7}} # true",
                "LLAMA # true # {\"name\": \"off\", \"parameters\": {}} # false",
                "MISTRAL # true # [{\"name\": \"now\", \"arguments\": {}}, {\"name\": \"set\", \"arguments\": {\"to\":0}}] # true",
                "MISTRAL # false # [{\"name\": \"now\", \"arguments\": {}}] # true",
                "MISTRAL # true # [] # false",
            })
    void callsAreWrittenAsTheFamilyWritesThem(ToolFormat format, boolean several, String answer, boolean valid)
            throws Exception {
        TokenGrammar grammar = fixture.grammar(new Calls(List.of(NOW, SET), format, several));
        assertThat(fixture.accepts(grammar, answer.replace('~', '\n'))).isEqualTo(valid);
    }

    @Test
    void whatASchemaCantHoldToIsNamedWithItsTool() {
        Tool odd = new Tool("odd", new JsonMapper().readTree("{\"type\":\"object\",\"minProperties\":1}"));
        assertThatThrownBy(() -> fixture.grammar(new Calls(List.of(NOW, odd), ToolFormat.HERMES, true)))
                .isInstanceOfSatisfying(
                        GrammarRefusedException.class,
                        e -> assertThat(e.path()).isEqualTo("odd.parameters.minProperties"));
    }
}
