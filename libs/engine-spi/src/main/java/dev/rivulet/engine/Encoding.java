// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Arrays;

/**
 * A text, or a pair of texts, as an encoder reads it. Arrays are not to be changed.
 *
 * @param ids tokens, those that frame the text included
 * @param types segment of each token, as the model knows it
 * @param sources which text a token comes from, 0 or 1; -1 for tokens that frame
 * @param starts first UTF-16 unit of each token in its text; empty if spans were not asked for
 * @param ends unit after its last
 * @param words number of the word that a token belongs to; -1 for tokens that frame
 */
public record Encoding(int[] ids, int[] types, int[] sources, int[] starts, int[] ends, int[] words) {

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /**
     * Without the last tokens of the second text, so that at most {@code longest} are left; the frame stays.
     *
     * @return this, if it is short enough or the second text does not have enough tokens to drop
     */
    public Encoding truncated(int longest) {
        int drop = ids.length - longest;
        int end = ids.length;
        while (end > 0 && sources[end - 1] != 1) {
            end--;
        }
        int begin = end - drop;
        if (drop <= 0 || begin < 0 || Arrays.stream(sources, begin, end).anyMatch(source -> source != 1)) {
            return this;
        }
        return new Encoding(
                without(ids, begin, end),
                without(types, begin, end),
                without(sources, begin, end),
                without(starts, begin, end),
                without(ends, begin, end),
                without(words, begin, end));
    }

    private static int[] without(int[] values, int begin, int end) {
        if (values.length == 0) {
            return values;
        }
        int[] kept = Arrays.copyOf(values, values.length - (end - begin));
        System.arraycopy(values, end, kept, begin, values.length - end);
        return kept;
    }
}
