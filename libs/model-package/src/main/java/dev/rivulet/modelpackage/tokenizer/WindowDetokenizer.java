// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.Detokenizer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Decodes tokens whose text depends on their neighbours (spaces of SentencePiece, byte fallback) by decoding a short window
 * with and without the newest tokens and emitting the difference.
 */
final class WindowDetokenizer implements Detokenizer {

    /** A code point has at most four bytes; a window that stays unfinished for longer holds bytes that are no UTF-8. */
    private static final int MOST_PENDING = 8;

    private final Function<long[], String> decode;
    private final IntPredicate silent;
    private long[] window = new long[0];
    private int shown;

    /**
     * @param decode text of some tokens
     * @param silent whether a token has no text: special and unknown ones
     */
    WindowDetokenizer(Function<long[], String> decode, IntPredicate silent) {
        this.decode = decode;
        this.silent = silent;
    }

    @Override
    public String append(int token) {
        if (silent.test(token)) {
            return "";
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = token;
        return advance(window.length - shown >= MOST_PENDING);
    }

    @Override
    public String flush() {
        String rest = window.length > shown ? advance(true) : "";
        window = new long[0];
        shown = 0;
        return rest;
    }

    private String advance(boolean force) {
        String before = decode.apply(Arrays.copyOf(window, shown));
        String after = decode.apply(window);
        if (!force && (after.length() <= before.length() || after.endsWith("\ufffd"))) {
            return "";
        }
        String text = after.substring(Math.min(before.length(), after.length()));
        window = Arrays.copyOfRange(window, shown, window.length);
        shown = window.length;
        return text;
    }
}
