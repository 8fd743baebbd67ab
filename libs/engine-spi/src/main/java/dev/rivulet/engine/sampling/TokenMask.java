// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

/** The tokens that may be picked: one bit per token id, in words of 64. Immutable once it is handed out; thread-safe. */
public final class TokenMask {

    private final long[] words;
    private final int count;

    /** @param words bit {@code t % 64} of word {@code t / 64} says whether token {@code t} is allowed; not copied */
    public TokenMask(long[] words) {
        this.words = words;
        int bits = 0;
        for (long word : words) {
            bits += Long.bitCount(word);
        }
        this.count = bits;
    }

    public boolean allows(int token) {
        return token >> 6 < words.length && (words[token >> 6] >>> token & 1) != 0;
    }

    /** Number of allowed tokens. */
    public int count() {
        return count;
    }

    /** Memory of the mask, roughly. */
    public int bytes() {
        return 8 * words.length + 32;
    }

    /** Sets the logits of every token that is not allowed to negative infinity. */
    void apply(float[] logits) {
        for (int start = 0; start < logits.length; start += 64) {
            long word = start >> 6 < words.length ? words[start >> 6] : 0;
            if (word != -1) {
                forbid(logits, start, Math.min(start + 64, logits.length), word);
            }
        }
    }

    private static void forbid(float[] logits, int from, int to, long word) {
        for (int token = from; token < to; token++) {
            if ((word >>> token & 1) == 0) {
                logits[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
