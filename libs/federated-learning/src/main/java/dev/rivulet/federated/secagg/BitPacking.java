// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.nio.ByteBuffer;

/** Values of b bits, one after the other: the first at the lowest bits of the first byte. */
final class BitPacking {

    private BitPacking() {}

    static int bytes(int length, int bits) {
        return Math.toIntExact(((long) length * bits + 7) / 8);
    }

    static void pack(int[] values, int bits, ByteBuffer to) {
        long mask = (1L << bits) - 1;
        long pending = 0;
        int held = 0;
        for (int value : values) {
            pending |= (value & mask) << held;
            held += bits;
            while (held >= Byte.SIZE) {
                to.put((byte) pending);
                pending >>>= Byte.SIZE;
                held -= Byte.SIZE;
            }
        }
        if (held > 0) {
            to.put((byte) pending);
        }
    }

    /** @throws java.nio.BufferUnderflowException if fewer bytes are left than {@link #bytes} says */
    static int[] unpack(ByteBuffer from, int length, int bits) {
        long mask = (1L << bits) - 1;
        int[] values = new int[length];
        long pending = 0;
        int held = 0;
        for (int i = 0; i < length; i++) {
            while (held < bits) {
                pending |= Byte.toUnsignedLong(from.get()) << held;
                held += Byte.SIZE;
            }
            values[i] = (int) (pending & mask);
            pending >>>= bits;
            held -= bits;
        }
        return values;
    }
}
