// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import java.util.Arrays;

/** Tokens that may be drawn, each with its logit in one long, likeliest first once sorted; ties by token id. */
final class Candidates {

    private long[] entries = new long[256];
    private int size;

    int size() {
        return size;
    }

    int token(int i) {
        return (int) entries[i];
    }

    /** Every finite logit that is at least {@code least}, in the order of the tokens. */
    void collect(float[] logits, int count, float least) {
        size = 0;
        for (int token = 0; token < count; token++) {
            float logit = logits[token];
            if (logit >= least && logit < Float.POSITIVE_INFINITY && logit > Float.NEGATIVE_INFINITY) {
                if (size == entries.length) {
                    entries = Arrays.copyOf(entries, Math.min(count, 2 * size));
                }
                entries[size++] = entry(logit, token);
            }
        }
    }

    /**
     * The {@code most} largest finite logits, sorted: partial selection by a heap whose root is the least likely one kept, so
     * that most tokens cost one comparison.
     */
    void select(float[] logits, int count, int most) {
        if (entries.length < most) {
            entries = new long[most];
        }
        size = 0;
        float least = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < count; token++) {
            float logit = logits[token];
            if (logit > least && logit < Float.POSITIVE_INFINITY) {
                offer(entry(logit, token), most);
                least = size < most ? Float.NEGATIVE_INFINITY : logits[token(0)];
            }
        }
        sort();
    }

    void sort() {
        Arrays.sort(entries, 0, size);
    }

    private void offer(long entry, int most) {
        if (size < most) {
            entries[size] = entry;
            up(size++);
        } else {
            entries[0] = entry;
            down();
        }
    }

    private void up(int at) {
        long entry = entries[at];
        while (at > 0 && entries[(at - 1) / 2] < entry) {
            entries[at] = entries[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        entries[at] = entry;
    }

    private void down() {
        long entry = entries[0];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            child += child + 1 < size && entries[child + 1] > entries[child] ? 1 : 0;
            if (entries[child] <= entry) {
                break;
            }
            entries[at] = entries[child];
            at = child;
        }
        entries[at] = entry;
    }

    private static long entry(float logit, int token) {
        int bits = Float.floatToIntBits(logit);
        return ((long) ~(bits ^ ((bits >> 31) & 0x7fffffff)) << 32) | token;
    }
}
