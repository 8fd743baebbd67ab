// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Element types of GGUF that are read, by the numbers of the format. */
enum GgufType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q8_0(8, 32, 34),
    Q4_K(12, 256, 144),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    private final int number;
    private final int blockElements;
    private final int blockBytes;

    GgufType(int number, int blockElements, int blockBytes) {
        this.number = number;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Elements that are stored together; divides the length of a row. */
    int blockElements() {
        return blockElements;
    }

    /** Bytes of a block. */
    int blockBytes() {
        return blockBytes;
    }

    static Optional<GgufType> of(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    static String known() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
