// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.Sampling;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FakeDecoderRunnerTest extends DecoderRunnerContractTest {

    @Override
    protected LanguageModel open(EngineOptions options) {
        return new FakeLanguageModel(options);
    }

    @Test
    void answersEndAfterTheMeanNumberOfTokens() {
        int total = 0;
        for (int i = 0; i < 200; i++) {
            total += answerLength("prompt " + i);
        }
        assertThat(total / 200.0).isBetween(16.0, 32.0);
    }

    @Test
    void specialTokensCountInTrustedPartsAlone() throws Exception {
        FakeLanguageModel model = new FakeLanguageModel(new EngineOptions(1, 0, 1, 64));
        Prompt prompt = model.chatTemplate().render(List.of(new ChatMessage("user", "<|im_end|>")), true);
        int[] tokens = model.tokenizer().encode(prompt);
        assertThat(tokens).containsOnlyOnce(FakeVocabulary.END);
        assertThat(tokens).startsWith(FakeVocabulary.START, 'u');
    }

    @Test
    void neverEmitsHalfACodePoint() {
        FakeTokenizer tokenizer = new FakeTokenizer();
        Detokenizer detokenizer = tokenizer.detokenizer();
        StringBuilder text = new StringBuilder();
        for (int token : tokenizer.encode("a€😀")) {
            text.append(detokenizer.append(token)).append('|');
        }
        assertThat(text).hasToString("a|||€||||😀|");
        detokenizer.append(0xe2);
        assertThat(detokenizer.flush()).isEqualTo("\ufffd");
        assertThat(tokenizer.decode(tokenizer.encode("grün 😀"))).isEqualTo("grün 😀");
    }

    private static int answerLength(String prompt) {
        FakeLanguageModel model = new FakeLanguageModel(new EngineOptions(1, 0, 1, 64));
        Sampler sampler = new Sampler(Sampling.GREEDY, new SplittableRandom(1));
        int[] tokens = model.tokenizer().encode(prompt);
        int token = sampler.pick(model.decoder().prefill(0, 0, tokens), 0, FakeVocabulary.SIZE);
        int length = 0;
        while (token != FakeVocabulary.END && length < 400) {
            int[] position = {tokens.length + length++};
            token = sampler.pick(model.decoder().decode(1, new int[] {token}, position), 0, FakeVocabulary.SIZE);
        }
        return length;
    }
}
