// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

/** The places with the greatest magnitudes, found by counting the digits of their bits: three passes, no sorting. */
final class TopK {

    private static final int DIGIT = 11;

    private TopK() {}

    /**
     * Rising indices of the {@code count} greatest magnitudes; of equal ones the first.
     *
     * @param values finite; at least {@code count}
     */
    static int[] indices(float[] values, int count) {
        int threshold = threshold(values, count);
        int above = 0;
        for (float value : values) {
            above += magnitude(value) > threshold ? 1 : 0;
        }
        int equal = count - above;
        int[] indices = new int[count];
        int found = 0;
        for (int i = 0; found < count; i++) {
            int magnitude = magnitude(values[i]);
            if (magnitude > threshold || magnitude == threshold && equal-- > 0) {
                indices[found++] = i;
            }
        }
        return indices;
    }

    /** Bits of a number without its sign: they are in the order of the magnitudes. */
    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & 0x7fff_ffff;
    }

    /** The {@code count}-th greatest magnitude: its digits from the highest to the lowest. */
    private static int threshold(float[] values, int count) {
        int left = count;
        int prefix = 0;
        for (int shift = 2 * DIGIT; shift >= 0; shift -= DIGIT) {
            int[] counts = new int[1 << DIGIT];
            for (float value : values) {
                int magnitude = magnitude(value);
                if ((long) magnitude >>> shift + DIGIT == prefix) {
                    counts[magnitude >>> shift & (1 << DIGIT) - 1]++;
                }
            }
            int digit = counts.length - 1;
            while (counts[digit] < left) {
                left -= counts[digit--];
            }
            prefix = prefix << DIGIT | digit;
        }
        return prefix;
    }
}
