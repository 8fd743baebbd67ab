// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import java.util.List;

/**
 * Where a tensor lies.
 *
 * @param name its name in the file
 * @param type how its elements are stored
 * @param shape sizes of its dimensions, row-major (the file has them the other way round)
 * @param offset first byte
 * @param bytes bytes of the stored blocks
 */
record GgufTensor(String name, GgufType type, List<Long> shape, long offset, long bytes) {

    GgufTensor {
        shape = List.copyOf(shape);
    }

    long elements() {
        return bytes / type.blockBytes() * type.blockElements();
    }

    GgufTensor movedBy(long by) {
        return new GgufTensor(name, type, shape, offset + by, bytes);
    }
}
