// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.util.List;

/**
 * The integers that are summed, and the room that they have: n · max|x| is below 2^(b−1), so that no sum wraps.
 *
 * @param length values of a vector, at least 1
 * @param bits b, 2 to 32: sums are computed modulo 2^b
 * @param devices n: vectors that a sum may have, at least 2
 * @param magnitude max|x| of one value, at least 1
 */
public record SumSpace(int length, int bits, int devices, int magnitude) {

    public SumSpace {
        if (length < 1 || bits < 2 || bits > 32 || devices < 2 || magnitude < 1) {
            throw new IllegalArgumentException("a sum is of at least 2 vectors of at least 1 value of 2 to 32 bits");
        }
        if ((long) devices * magnitude >= 1L << (bits - 1)) {
            throw new IllegalArgumentException("a sum of " + devices + " values of up to " + magnitude
                    + " does not fit " + bits + " bits: use fewer levels or more bits");
        }
    }

    /** @throws IllegalArgumentException if a vector has another length, or a value beyond the magnitude */
    public void require(int[] vector) {
        if (vector.length != length) {
            throw new IllegalArgumentException("a vector has " + length + " values, not " + vector.length);
        }
        for (int value : vector) {
            if (value > magnitude || value < -magnitude) {
                throw new IllegalArgumentException("the value " + value + " is beyond " + magnitude);
            }
        }
    }

    /** @throws IllegalArgumentException if there are too few or too many vectors, or one of them does not belong here */
    public void require(List<int[]> vectors) {
        if (vectors.size() < 2 || vectors.size() > devices) {
            throw new IllegalArgumentException("a sum is of 2 to " + devices + " vectors, not " + vectors.size());
        }
        vectors.forEach(this::require);
    }

    /** The signed integers that unsigned ones modulo 2^b stand for. */
    public int[] centre(int[] values) {
        int shift = Integer.SIZE - bits;
        int[] centred = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            centred[i] = values[i] << shift >> shift;
        }
        return centred;
    }
}
