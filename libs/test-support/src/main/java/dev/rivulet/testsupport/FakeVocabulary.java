// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

/** The token ids of the fakes: one token per UTF-8 byte, then three special tokens. */
public final class FakeVocabulary {

    /** {@code <|im_start|>}. */
    public static final int START = 256;

    /** {@code <|im_end|>}, which ends an answer. */
    public static final int END = 257;

    /** {@code <|endoftext|>}, which ends an answer too but is never produced by greedy decoding. */
    public static final int END_OF_TEXT = 258;

    /** What follows this byte, SUB, is scored with no numbers, as by a model whose weights for a token are damaged. */
    public static final int DAMAGED = 0x1a;

    public static final int SIZE = 259;

    private FakeVocabulary() {}

    static boolean special(int token) {
        return token >= START;
    }
}
