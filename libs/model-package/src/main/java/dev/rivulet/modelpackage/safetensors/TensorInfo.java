// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import java.util.List;

/**
 * Where a tensor lies.
 *
 * @param name its name in the file
 * @param dtype element type
 * @param shape sizes of its dimensions, row-major; empty for a scalar
 * @param begin first byte, from the start of the data section
 * @param end byte after the last, from the start of the data section
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** The shape as an array. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        return bytes() / dtype.bytes();
    }

    /** Number of bytes. */
    public long bytes() {
        return end - begin;
    }
}
