// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/**
 * How far 8-bit activations reach to each side of zero. Processors without VNNI instructions add two products of 8 bits in 16 bits
 * that saturate: 255 · 127 twice is too much for them, 127 · 127 twice is not.
 */
public enum ActivationRange {
    /** -127 to 127: for processors whose sums are exact. */
    FULL(127, 128),
    /** -63 to 63: exact everywhere, with half as many steps. */
    HALF(63, 64);

    private final int reach;
    private final int middle;

    ActivationRange(int reach, int middle) {
        this.reach = reach;
        this.middle = middle;
    }

    /** The largest activation of a row as a level. */
    public int reach() {
        return reach;
    }

    /** The level of zero, as an unsigned byte. */
    public byte middle() {
        return (byte) middle;
    }
}
