// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatExamplesTest {
    @Test
    void spansAreWrittenOneALineAfterTheIntent() {
        Map<String, String> resolved = new LinkedHashMap<>();
        resolved.put("room", "Aurora");
        resolved.put("level", "40 percent");
        assertThat(ChatExamples.spans("light.dim", resolved))
                .isEqualTo("intent: light.dim\nroom: Aurora\nlevel: 40 percent");
    }

    @Test
    void bothPromptModesOccurAndEveryExampleEndsWithAnAnswer() {
        RandomGenerator random = GenerateCorpus.random(9);
        DialogueGenerator generator = new DialogueGenerator(Books.SCHEMA, Books.BOOK, Wording.Split.TRAIN);
        List<ChatExamples.Example> examples = Stream.generate(() -> ChatExamples.of(generator.next(random), random))
                .limit(2000)
                .toList();
        long withSpans = examples.stream()
                .filter(example -> example.messages().getFirst().content().contains("intent: "))
                .count();
        assertThat(withSpans).isBetween(400L, 1000L);
        assertThat(examples)
                .allSatisfy(example ->
                        assertThat(example.messages().getLast().role()).isEqualTo("assistant"));
    }

    @Test
    void theSameSeedWritesTheSameBytes(@TempDir Path folder) throws IOException {
        Path first = Files.createDirectory(folder.resolve("a"));
        Path second = Files.createDirectory(folder.resolve("b"));
        new GenerateCorpus().write(Books.SCHEMA, first, 3, 300, 60);
        new GenerateCorpus().write(Books.SCHEMA, second, 3, 300, 60);
        for (String name : List.of("chats.jsonl", "utterances.jsonl", "dev.jsonl")) {
            assertThat(first.resolve(name)).hasSameBinaryContentAs(second.resolve(name));
        }
    }
}
