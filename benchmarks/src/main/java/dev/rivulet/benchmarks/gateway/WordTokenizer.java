// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One token for each word, whatever the word. Thread-safe. */
final class WordTokenizer implements Tokenizer {

    static final int VOCABULARY = 2;
    static final int WORD = 0;
    static final int END = 1;

    private static final String TEXT = "word ";

    @Override
    public int[] encode(String text) {
        int[] tokens = new int[text.isBlank() ? 0 : text.strip().split("\\s+").length];
        Arrays.fill(tokens, WORD);
        return tokens;
    }

    @Override
    public int[] encode(Prompt prompt) {
        return encode(prompt.text());
    }

    @Override
    public byte[] bytes(int token) {
        return token == WORD ? TEXT.getBytes(StandardCharsets.US_ASCII) : new byte[0];
    }

    @Override
    public Detokenizer detokenizer() {
        return new Words();
    }

    /** Found by its name, as the parts of an engine are that another process loads. */
    private static final class Words implements Detokenizer {

        @Override
        public String append(int token) {
            return token == WORD ? TEXT : "";
        }

        @Override
        public String flush() {
            return "";
        }
    }
}
