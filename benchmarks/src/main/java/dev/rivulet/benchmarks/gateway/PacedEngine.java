// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelFacts;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.sampling.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * An engine that computes nothing and takes the time of one that does: a millisecond for a token of a prompt, 20 for a decode step
 * of any size. A replica that loads it schedules as ever; what it answers is always the same word.
 */
public final class PacedEngine implements Engine {

    static final String NAME = "paced";

    /** Positions of a slot. */
    static final int CONTEXT_LENGTH = 128;

    @Override
    public String name() {
        return NAME;
    }

    /** The folder says nothing; any will do. */
    @Override
    public LanguageModel load(Path folder, EngineOptions options) {
        return new Model(new PacedDecoder(options.slots(), options.prefillChunk()), new WordTokenizer());
    }

    private record Model(PacedDecoder decoder, Tokenizer tokenizer) implements LanguageModel {

        @Override
        public ModelFacts facts() {
            return new ModelFacts(
                    "Paced",
                    1,
                    CONTEXT_LENGTH,
                    WordTokenizer.VOCABULARY,
                    Set.of(WordTokenizer.END),
                    1,
                    Sampling.GREEDY);
        }

        @Override
        public ChatTemplate chatTemplate() {
            return Model::contents;
        }

        @Override
        public void close() {
            decoder.close();
        }

        private static Prompt contents(List<ChatMessage> messages, boolean addGenerationPrompt) {
            return new Prompt(messages.stream()
                    .map(message -> new Prompt.Part(message.content(), false))
                    .toList());
        }
    }
}
