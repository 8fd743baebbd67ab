// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A named array of numbers.
 *
 * @param shape sizes of its dimensions, row-major; empty for a scalar
 * @param data its values, little-endian: as many bytes as shape and type say
 */
public record Tensor(String name, Type type, List<Long> shape, ByteBuffer data) {

    /** Types of elements; strings are not among them. */
    public enum Type {
        BOOL(1),
        INT8(1),
        UINT8(1),
        INT16(2),
        INT32(4),
        INT64(8),
        FP16(2),
        FP32(4),
        FP64(8);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        /** Of one element. */
        public int bytes() {
            return bytes;
        }
    }

    /**
     * What a graph reads or gives.
     *
     * @param shape sizes; −1 where any will do
     */
    public record Spec(String name, Type type, List<Long> shape) {

        public Spec {
            shape = List.copyOf(shape);
        }

        /** Whether a tensor of that shape is accepted. */
        public boolean accepts(List<Long> sizes) {
            if (sizes.size() != shape.size()) {
                return false;
            }
            for (int i = 0; i < sizes.size(); i++) {
                if (shape.get(i) >= 0 && !shape.get(i).equals(sizes.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    public Tensor {
        shape = List.copyOf(shape);
        if (data.remaining() != bytes(type, shape)) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + data.remaining() + " bytes; " + type
                    + " of shape " + shape + " takes " + bytes(type, shape));
        }
    }

    /**
     * Bytes of a tensor.
     *
     * @throws IllegalArgumentException if a size is negative or the product beyond 2 GiB
     */
    public static long bytes(Type type, List<Long> shape) {
        long bytes = type.bytes();
        for (long size : shape) {
            if (size < 0 || size > Integer.MAX_VALUE || bytes * size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("the shape " + shape + " is negative or beyond 2 GiB");
            }
            bytes *= size;
        }
        return bytes;
    }
}
