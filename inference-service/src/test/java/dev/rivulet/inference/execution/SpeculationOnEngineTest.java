// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.sampling.Penalties;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.execution.EngineLoop.Answer;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.testsupport.FakeLanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mixed batches of the built-in assistant, with speculation and without. */
class SpeculationOnEngineTest {

    private static final int SLOTS = 4;
    private static final int DRAFTED = 5;
    private static final EngineOptions OPTIONS = new EngineOptions(SLOTS, 512, 1, 64);
    private static final List<String> WORDS = List.of(
            "set", "Aurora", "to", "21", "degrees", "light", "kitchen", "please", "room", "off", "list", "again");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void answersWithLookUpAreThoseOfPlainDecoding(long seed) throws Exception {
        List<Answer> plain = answers(seed, model -> Drafter.OFF, 0);
        List<Answer> speculated = answers(seed, model -> new PromptLookup(DRAFTED), DRAFTED);
        assertThat(texts(speculated)).containsExactlyElementsOf(texts(plain));
        assertThat(plain).allMatch(answer -> answer.usage().draftedTokens() == 0);
        assertThat(drafted(speculated)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void answersWithADraftModelThatIsOftenRightAreThoseOfPlainDecoding(long seed) throws Exception {
        LanguageModel drafting = EngineLoop.model(OPTIONS.withWeights(WeightKind.INT4, null));
        List<Answer> plain = answers(seed, model -> Drafter.OFF, 0);
        List<Answer> speculated = answers(seed, model -> new DraftModel(drafting, SLOTS, DRAFTED), DRAFTED);
        assertThat(texts(speculated)).containsExactlyElementsOf(texts(plain));
        assertThat(drafted(speculated)).isPositive();
    }

    @Test
    void modelsOfDifferentTokensDoNotDraftForEachOther() throws Exception {
        try (LanguageModel one = EngineLoop.model(OPTIONS);
                LanguageModel fake = new FakeLanguageModel(OPTIONS)) {
            assertThat(DraftModel.sameTokens(one, fake)).isFalse();
            assertThat(DraftModel.sameTokens(one, one)).isTrue();
        }
    }

    private static int drafted(List<Answer> answers) {
        return answers.stream().mapToInt(one -> one.usage().draftedTokens()).sum();
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream()
                .map(one -> one.usage().completionTokens() + " " + one.text())
                .toList();
    }

    private static List<Answer> answers(long seed, Function<LanguageModel, Drafter> drafter, int drafted)
            throws Exception {
        LanguageModel model = EngineLoop.model(OPTIONS);
        try (DecodeLoop loop = EngineLoop.of(model, drafter.apply(model), SLOTS, drafted)) {
            SplittableRandom random = new SplittableRandom(seed);
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                asked.add(EngineLoop.ask(loop, request(model, random)));
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> one : asked) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    /** Greedy or sampled, penalised or not, with stop strings and log probabilities; repetitive, so that look-up finds something. */
    private static GenerationRequest request(LanguageModel model, SplittableRandom random) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3, 30); i > 0; i--) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        int[] prompt = EngineLoop.prompt(model, List.of(new ChatMessage("user", text.toString())));
        Sampling sampling = switch (random.nextInt(3)) {
            case 0 -> new Sampling(0.8, 0.95, 40);
            case 1 -> new Sampling(0, 1, 0, 0, new Penalties(1.1, 0.1, 0.1), Map.of());
            default -> Sampling.GREEDY;
        };
        return new GenerationRequest(
                prompt,
                random.nextInt(1, 60),
                sampling,
                random.nextLong(),
                random.nextBoolean() ? List.of("degrees", "room") : List.of(),
                random.nextBoolean() ? 2 : GenerationRequest.NO_LOGPROBS,
                null,
                GenerationRequest.WHOLE,
                Terms.of("someone"));
    }
}
