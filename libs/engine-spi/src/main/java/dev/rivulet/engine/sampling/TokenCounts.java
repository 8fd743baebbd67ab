// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import java.util.Arrays;

/** How often each token was seen, for few tokens of a large vocabulary: open addressing, grows as tokens come. */
final class TokenCounts {

    private static final int FREE = -1;

    private int[] tokens = new int[64];
    private int[] counts = new int[64];
    private int size;

    TokenCounts() {
        Arrays.fill(tokens, FREE);
    }

    /** Takes one token and how often it was there until now. */
    @FunctionalInterface
    interface Each {
        void take(int token, int count);
    }

    /** Adds {@code times}, which may be 0: the token counts as seen then. */
    void add(int token, int times) {
        int at = find(token);
        if (tokens[at] == FREE) {
            tokens[at] = token;
            size++;
        }
        counts[at] += times;
        if (2 * size > tokens.length) {
            grow();
        }
    }

    void forEach(Each each) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] != FREE) {
                each.take(tokens[i], counts[i]);
            }
        }
    }

    private int find(int token) {
        int at = (token * 0x9e3779b9 >>> 7) & (tokens.length - 1);
        while (tokens[at] != FREE && tokens[at] != token) {
            at = (at + 1) & (tokens.length - 1);
        }
        return at;
    }

    private void grow() {
        int[] oldTokens = tokens;
        int[] oldCounts = counts;
        tokens = new int[2 * oldTokens.length];
        counts = new int[tokens.length];
        Arrays.fill(tokens, FREE);
        for (int i = 0; i < oldTokens.length; i++) {
            if (oldTokens[i] != FREE) {
                int at = find(oldTokens[i]);
                tokens[at] = oldTokens[i];
                counts[at] = oldCounts[i];
            }
        }
    }
}
