// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** Text to token ids and back. Thread-safe. */
public interface Tokenizer {

    /** Encodes text in which special tokens have no meaning: {@code "<|im_start|>"} becomes ordinary tokens. */
    int[] encode(String text);

    /** Encodes a rendered prompt; special tokens are recognised in its trusted parts alone. */
    int[] encode(Prompt prompt);

    /**
     * The UTF-8 bytes that a token adds within a text, possibly a part of a code point; none for special tokens and ids that
     * are not in the vocabulary. Not to be changed.
     */
    byte[] bytes(int token);

    /** A new incremental decoder for one answer. */
    Detokenizer detokenizer();

    /** The whole text of some tokens; special tokens are left out. */
    default String decode(int[] tokens) {
        Detokenizer detokenizer = detokenizer();
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(detokenizer.append(token));
        }
        return text.append(detokenizer.flush()).toString();
    }
}
