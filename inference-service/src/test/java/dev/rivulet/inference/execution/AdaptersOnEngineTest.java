// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.execution.EngineLoop.Answer;
import dev.rivulet.inference.scheduling.Terms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The built-in assistant with an adapter of conformance/adapters and without, in one loop. */
class AdaptersOnEngineTest {

    private static final Path ADAPTER = Path.of("src", "test", "resources", "adapters", "rivulet-assistant");
    private static final int SLOTS = 3;
    private static final List<String> QUESTIONS = List.of(
            "Please set Aurora to 21 degrees and switch off the light in the kitchen",
            "And which meeting rooms are free this afternoon for six people?");

    @Test
    void sequencesOfAdaptersAndOfNoneShareABatchAndNoneFindsTheKeysOfAnother() throws Exception {
        List<Answer> alone = answers(0, false);
        List<Answer> together = answers(SLOTS, true);
        assertThat(texts(together)).containsExactlyElementsOf(texts(alone));
        assertThat(texts(alone.subList(0, 2)))
                .as("the adapter changes answers")
                .isNotEqualTo(texts(alone.subList(2, 4)));
    }

    @Test
    void anAdapterThatIsRefusedTakesNoMoreSequences() throws Exception {
        LanguageModel model = EngineLoop.model(new EngineOptions(1, 512, 1, 64).withAdapters(4));
        try (DecodeLoop loop = EngineLoop.of(model, Drafter.OFF, 0, 0)) {
            int adapter = model.adapters().orElseThrow().load(ADAPTER);
            assertThat(loop.submit(request(model, QUESTIONS.getFirst()), adapter, ending -> {}))
                    .isPresent();
            assertThat(loop.uses(adapter)).isTrue();
            loop.refuse(adapter);
            assertThat(loop.submit(request(model, QUESTIONS.getFirst()), adapter, ending -> {}))
                    .isEmpty();
            assertThat(loop.submit(request(model, QUESTIONS.getFirst()), ending -> {}))
                    .isPresent();
        }
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream().map(Answer::text).toList();
    }

    /** Each question with the adapter, then each without; all at once over the prefix cache, or one after the other without it. */
    private static List<Answer> answers(int prefixes, boolean atOnce) throws Exception {
        LanguageModel model = EngineLoop.model(new EngineOptions(SLOTS, 512, 1, 64).withAdapters(8));
        try (DecodeLoop loop = EngineLoop.of(model, new PromptLookup(4), prefixes, 4)) {
            model.adapters().orElseThrow().load(ADAPTER);
            int adapter = model.adapters().orElseThrow().load(ADAPTER);
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (int used : new int[] {adapter, 0, adapter, 0}) {
                for (String question : QUESTIONS) {
                    asked.add(EngineLoop.ask(loop, request(model, question), used));
                    if (!atOnce) {
                        asked.getLast().get(60, TimeUnit.SECONDS);
                    }
                }
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> one : asked) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    private static GenerationRequest request(LanguageModel model, String question) throws Exception {
        int[] prompt = EngineLoop.prompt(model, List.of(new ChatMessage("user", question)));
        return new GenerationRequest(
                prompt, 24, Sampling.GREEDY, 1, List.of(), GenerationRequest.WHOLE, Terms.of("someone"));
    }
}
