// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ToolFormat;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the borders of the pieces in which an answer comes, its calls are the same. */
class ToolCallReaderTest {

    private static final String CALL =
            "{\"name\": \"light\", \"arguments\": {\"room\": \"b}\\\"ath\", \"on\": [true, {}]}}";

    /** Writes down what is read. */
    private static final class Notes implements ToolCallReader.Sink {
        private final StringBuilder notes = new StringBuilder();
        private boolean inCall;

        @Override
        public void content(String text) {
            notes.append(text);
            inCall = false;
        }

        @Override
        public void call(String name) {
            notes.append('«').append(name).append('|');
            inCall = true;
        }

        @Override
        public void arguments(String piece) {
            assertThat(inCall).isTrue();
            notes.append(piece);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "HERMES # plain text < tool # plain text < tool # 0",
                "HERMES # <tool_call>CALL</tool_call> # «light|ARGS # 1",
                "HERMES # Well.  <tool_call> CALL </tool_call>  <tool_call>CALL</tool_call> # Well.«light|ARGS«light|ARGS # 2",
                "HERMES # a <tool_call>CALL</tool_call> b # a«light|ARGS b # 1",
                "HERMES # <tool_call>{\"arguments\": {\"a\": 1}, \"name\": \"light\"}</tool_call> # «light|{\"a\":1} # 1",
                "HERMES # <tool_call>{\"name\": \"other\", \"arguments\": {}}</tool_call> # "
                        + "<tool_call>{\"name\": \"other\", \"arguments\": {}}</tool_call> # 0",
                "HERMES # <tool_call>nonsense</tool_call> # <tool_call>nonsense</tool_call> # 0",
                "HERMES # a <tool_call>{\"na # a<tool_call>{\"na # 0",
                "HERMES # <tool_call>{\"name\": \"light\", \"arguments\": {\"room\": \"b # «light|{\"room\": \"b # 0",
                "LLAMA # {\"name\": \"light\", \"parameters\": {\"a\": {}}} # «light|{\"a\": {}} # 1",
                "LLAMA # <|python_tag|>{\"name\": \"light\", \"parameters\": {}} # «light|{} # 1",
                "LLAMA # {\"answer\": 42} and more # {\"answer\": 42} and more # 0",
                "LLAMA # It is {\"name\": \"light\", \"parameters\": {}} # It is {\"name\": \"light\", \"parameters\": {}} # 0",
                "MISTRAL # [TOOL_CALLS] [CALL, CALL] # «light|ARGS«light|ARGS # 2",
                "MISTRAL # [CALL] # «light|ARGS # 1",
                "MISTRAL # [1, 2] # [1, 2] # 0",
                "MISTRAL # Hello [CALL] # Hello [CALL] # 0",
            })
    void readsCalls(ToolFormat format, String answer, String expected, int calls) {
        String arguments = CALL.substring(CALL.indexOf("{\"room"), CALL.length() - 1);
        String text = answer.replace("CALL,", CALL + ",")
                .replace("CALL]", CALL + "]")
                .replace("CALL<", CALL + "<")
                .replace("CALL ", CALL + " ");
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 60; round++) {
            Notes notes = new Notes();
            ToolCallReader reader = new ToolCallReader(format, Set.of("light"), notes);
            int longest = 1 + random.nextInt(30);
            for (int at = 0; at < text.length(); ) {
                int end = round == 0 ? text.length() : Math.min(text.length(), at + 1 + random.nextInt(longest));
                reader.add(text.substring(at, end));
                at = end;
            }
            reader.end();
            String wanted = expected.replace("ARGS", arguments).replace("CALL]", CALL + "]");
            assertThat(notes.notes.toString()).isEqualTo(wanted);
            assertThat(reader.calls()).isEqualTo(calls);
        }
    }
}
