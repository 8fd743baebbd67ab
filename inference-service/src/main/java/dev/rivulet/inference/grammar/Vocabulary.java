// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.Tokenizer;
import java.util.Arrays;
import java.util.Set;

/** The tokens of a model in the order of their bytes, so that what tokens have in common is walked once. Thread-safe. */
public final class Vocabulary {

    private final int size;
    private final Set<Integer> endTokens;
    private final int[] tokens;
    private final byte[][] bytes;
    private final int[] common;
    private final int longest;

    /**
     * @param size number of logits
     * @param endTokens that end an answer; never a part of it
     */
    public Vocabulary(Tokenizer tokenizer, int size, Set<Integer> endTokens) {
        this.size = size;
        this.endTokens = Set.copyOf(endTokens);
        byte[][] all = new byte[size][];
        int count = 0;
        Integer[] order = new Integer[size];
        for (int token = 0; token < size; token++) {
            all[token] = tokenizer.bytes(token);
            if (all[token].length > 0 && !endTokens.contains(token)) {
                order[count++] = token;
            }
        }
        Arrays.sort(order, 0, count, (a, b) -> Arrays.compareUnsigned(all[a], all[b]));
        tokens = new int[count];
        bytes = new byte[count][];
        common = new int[count];
        int most = 0;
        for (int i = 0; i < count; i++) {
            tokens[i] = order[i];
            bytes[i] = all[tokens[i]];
            int same = i == 0 ? 0 : Arrays.mismatch(bytes[i - 1], bytes[i]);
            common[i] = same < 0 ? bytes[i].length : same;
            most = Math.max(most, bytes[i].length);
        }
        longest = most;
    }

    Set<Integer> endTokens() {
        return endTokens;
    }

    int size() {
        return size;
    }

    /** Most bytes of one token. */
    int longest() {
        return longest;
    }

    /** Number of tokens that have bytes. */
    int count() {
        return tokens.length;
    }

    int token(int i) {
        return tokens[i];
    }

    byte[] bytes(int i) {
        return bytes[i];
    }

    /** How many first bytes the token shares with the one before it. */
    int common(int i) {
        return common[i];
    }
}
