// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.execution.EngineLoop.Answer;
import dev.rivulet.inference.scheduling.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokens per second of the built-in assistant with speculation and without, in alternating rounds: the figures of
 * docs/benchmarks.md.
 */
class SpeculationRates {

    private static final int ROUNDS = 7;
    private static final int DRAFTED = 6;
    private static final int TOKENS = 120;
    private static final List<String> SHORT = List.of(
            "Set Aurora to 21 degrees please",
            "Which rooms are free this afternoon?",
            "Who can help with a window that does not close?",
            "Switch off the light in the kitchen");
    private static final String LONG = "Report that the heater in Aurora is cold. ".repeat(6);

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"questions, 1", "questions, 4", "repetitive, 1", "repetitive, 4"})
    void speculationLosesLittleWhereItDoesNotHelp(String kind, int streams) throws Exception {
        EngineOptions options = new EngineOptions(streams, 512, 1, 64);
        List<Function<LanguageModel, Drafter>> drafters = List.of(
                model -> Drafter.OFF,
                model -> new PromptLookup(DRAFTED),
                model -> new DraftModel(draft(options), streams, DRAFTED));
        double[][] rates = new double[drafters.size()][ROUNDS];
        int[] kept = new int[drafters.size()];
        List<DecodeLoop> loops = new ArrayList<>();
        for (int i = 0; i < drafters.size(); i++) {
            LanguageModel model = EngineLoop.model(options);
            WarmUp.run(model);
            loops.add(EngineLoop.of(model, drafters.get(i).apply(model), 0, i == 0 ? 0 : DRAFTED));
        }
        for (int round = -2; round < ROUNDS; round++) {
            for (int i = 0; i < loops.size(); i++) {
                double rate = rate(loops.get(i), kind, streams, kept, i);
                rates[i][Math.max(0, round)] = rate;
            }
        }
        loops.forEach(DecodeLoop::close);
        for (double[] one : rates) {
            Arrays.sort(one);
        }
        System.out.printf(
                "%s, %d streams: off %.0f, look-up %.0f (%.2f, kept %d %%), draft model %.0f (%.2f, kept %d %%) tokens/s%n",
                kind,
                streams,
                median(rates[0]),
                median(rates[1]),
                median(rates[1]) / median(rates[0]),
                kept[1],
                median(rates[2]),
                median(rates[2]) / median(rates[0]),
                kept[2]);
        assertThat(median(rates[1])).isGreaterThan(0.7 * median(rates[0]));
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static LanguageModel draft(EngineOptions options) {
        try {
            return EngineLoop.model(options.withWeights(WeightKind.INT4, null));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static double rate(DecodeLoop loop, String kind, int streams, int[] kept, int which) throws Exception {
        long start = System.nanoTime();
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 4 * streams; i++) {
            String text = kind.equals("questions") ? SHORT.get(i % SHORT.size()) : LONG + SHORT.get(i % SHORT.size());
            int[] prompt = EngineLoop.prompt(loop.model(), List.of(new ChatMessage("user", text)));
            asked.add(EngineLoop.ask(
                    loop,
                    new GenerationRequest(
                            prompt,
                            TOKENS,
                            Sampling.GREEDY,
                            i,
                            List.of(),
                            GenerationRequest.WHOLE,
                            Terms.of("someone"))));
        }
        int tokens = 0;
        int drafted = 0;
        int accepted = 0;
        for (CompletableFuture<Answer> one : asked) {
            Ending.Usage usage = one.get(60, TimeUnit.SECONDS).usage();
            tokens += usage.completionTokens();
            drafted += usage.draftedTokens();
            accepted += usage.acceptedTokens();
        }
        kept[which] = drafted == 0 ? 0 : 100 * accepted / drafted;
        return tokens * 1e9 / (System.nanoTime() - start);
    }
}
