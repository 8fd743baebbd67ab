// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Many signed integers in one large one: each has a slot, in which x + max|x| lies, wide enough for a sum of all devices, so that
 * sums never carry into the next slot.
 */
final class SlotPacking {

    private final SumSpace space;
    private final int slotBits;
    private final int slots;

    /** @param modulus what is packed stays below it */
    SlotPacking(SumSpace space, BigInteger modulus) {
        this.space = space;
        this.slotBits = Long.SIZE - Long.numberOfLeadingZeros(2L * space.devices() * space.magnitude());
        this.slots = (modulus.bitLength() - 1) / slotBits;
        if (slots < 1) {
            throw new IllegalArgumentException(
                    "a modulus of " + modulus.bitLength() + " bits has no slot of " + slotBits);
        }
    }

    /** Integers that a vector takes. */
    int count() {
        return Math.ceilDiv(space.length(), slots);
    }

    List<BigInteger> pack(int[] vector) {
        List<BigInteger> packed = new ArrayList<>(count());
        for (int from = 0; from < vector.length; from += slots) {
            BigInteger number = BigInteger.ZERO;
            for (int i = Math.min(vector.length, from + slots) - 1; i >= from; i--) {
                number = number.shiftLeft(slotBits).add(BigInteger.valueOf((long) vector[i] + space.magnitude()));
            }
            packed.add(number);
        }
        return packed;
    }

    /** @param devices whose vectors are in the sum */
    int[] unpack(List<BigInteger> sums, int devices) {
        int[] vector = new int[space.length()];
        BigInteger mask = BigInteger.ONE.shiftLeft(slotBits).subtract(BigInteger.ONE);
        long offset = (long) devices * space.magnitude();
        for (int i = 0; i < vector.length; i++) {
            BigInteger slot =
                    sums.get(i / slots).shiftRight(i % slots * slotBits).and(mask);
            vector[i] = Math.toIntExact(slot.longValueExact() - offset);
        }
        return vector;
    }
}
