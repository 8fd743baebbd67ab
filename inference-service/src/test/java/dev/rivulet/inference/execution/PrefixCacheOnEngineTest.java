// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.execution.EngineLoop.Answer;
import dev.rivulet.inference.scheduling.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The built-in assistant on the engine of the class path, with the prefix cache and without. */
class PrefixCacheOnEngineTest {

    private static final int SLOTS = 3;
    private static final List<String> TURNS = List.of(
            "Please set Aurora to 21 degrees and switch off the light in the kitchen",
            "And which meeting rooms are free this afternoon for six people?",
            "Please set Borealis to 19 degrees then",
            "Who can help with a window that does not close any more?");

    @Test
    void theTurnsOfASessionAreAnsweredAsWithoutTheCacheAndOnlyWhatIsNewIsComputed() throws Exception {
        List<Answer> plain = session(0);
        List<Answer> cached = session(SLOTS);
        assertThat(cached).extracting(Answer::text).containsExactlyElementsOf(texts(plain));
        assertThat(plain).allMatch(answer -> answer.usage().cachedTokens() == 0);
        for (int turn = 1; turn < cached.size(); turn++) {
            int before = cached.get(turn - 1).usage().promptTokens();
            assertThat(cached.get(turn).usage().cachedTokens()).isGreaterThan(before - 16);
        }
    }

    @Test
    void manyWithOneInstructionAreAnsweredAsWithoutTheCache() throws Exception {
        List<Answer> plain = many(0);
        List<Answer> cached = many(SLOTS);
        assertThat(cached).extracting(Answer::text).containsExactlyElementsOf(texts(plain));
        assertThat(cached.stream().filter(answer -> answer.usage().cachedTokens() >= 64))
                .hasSizeGreaterThanOrEqualTo(cached.size() - 1);
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream().map(Answer::text).toList();
    }

    private static List<Answer> session(int prefixes) throws Exception {
        try (DecodeLoop loop = loop(prefixes)) {
            List<ChatMessage> messages = new ArrayList<>();
            List<Answer> answers = new ArrayList<>();
            for (String turn : TURNS) {
                messages.add(new ChatMessage("user", turn));
                Answer answer = ask(loop, messages).get(60, TimeUnit.SECONDS);
                answers.add(answer);
                messages.add(new ChatMessage("assistant", answer.text()));
            }
            return answers;
        }
    }

    private static List<Answer> many(int prefixes) throws Exception {
        String instruction =
                "You answer for the house. " + "Be brief, be kind, name the room that is meant. ".repeat(8);
        try (DecodeLoop loop = loop(prefixes)) {
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                asked.add(ask(
                        loop,
                        List.of(
                                new ChatMessage("system", instruction),
                                new ChatMessage("user", TURNS.get(i % TURNS.size()) + " " + i))));
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> one : asked) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    private static CompletableFuture<Answer> ask(DecodeLoop loop, List<ChatMessage> messages) throws Exception {
        int[] prompt = EngineLoop.prompt(loop.model(), messages);
        return EngineLoop.ask(
                loop,
                new GenerationRequest(
                        prompt, 24, Sampling.GREEDY, 1, List.of(), GenerationRequest.WHOLE, Terms.of("someone")));
    }

    private static DecodeLoop loop(int prefixes) throws Exception {
        return EngineLoop.of(EngineLoop.model(new EngineOptions(SLOTS, 512, 1, 64)), Drafter.OFF, prefixes, 0);
    }
}
