// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import java.util.Arrays;

/**
 * Drafts what followed the last time that a sequence's newest tokens stood in it: answers that repeat their prompt, lists and code
 * go on as they did before (prompt look-up decoding, Saxena 2023).
 *
 * @param most tokens of a draft
 */
record PromptLookup(int most) implements Drafter {

    /** Newest tokens that have to agree; more are tried first. */
    static final int SHORTEST = 2;

    static final int LONGEST = 4;

    /** Tokens that are searched at most, from the newest back: a search costs a few microseconds. */
    private static final int REACH = 8192;

    @Override
    public int available(ActiveSequence sequence) {
        return draft(sequence.tokens(), sequence.total(), Math.min(most, sequence.draftable())).length;
    }

    @Override
    public int[] draft(ActiveSequence sequence, int slot, int tokens) {
        return draft(sequence.tokens(), sequence.total(), Math.min(tokens, sequence.draftable()));
    }

    /** What followed the longest, and of those the latest, earlier occurrence of the last of {@code length} tokens. */
    static int[] draft(int[] tokens, int length, int most) {
        int best = -1;
        int agreed = SHORTEST - 1;
        int first = Math.max(0, length - REACH);
        for (int end = length - 1; end > first && agreed < LONGEST && most > 0; end--) {
            int same = agreeing(tokens, first, end, length);
            if (same > agreed) {
                agreed = same;
                best = end;
            }
        }
        return best < 0 ? new int[0] : Arrays.copyOfRange(tokens, best, Math.min(length, best + most));
    }

    /** How many tokens before {@code end} equal the last ones. */
    private static int agreeing(int[] tokens, int first, int end, int length) {
        int same = 0;
        while (same < LONGEST && end - 1 - same >= first && tokens[end - 1 - same] == tokens[length - 1 - same]) {
            same++;
        }
        return same;
    }
}
