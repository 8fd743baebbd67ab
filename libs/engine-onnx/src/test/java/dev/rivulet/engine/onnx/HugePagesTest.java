// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HugePagesTest {

    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    private static final Path MAPS = Path.of("/proc/self/smaps");

    @ParameterizedTest
    @ValueSource(longs = {1, HugePages.SIZE - 1, HugePages.SIZE, 3 * HugePages.SIZE + 17})
    void memoryOfAnySizeIsZeroAndCanBeWrittenToItsEnd(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = HugePages.allocate(bytes, arena);
            assertThat(memory.byteSize()).isEqualTo(bytes);
            assertThat(memory.address() % 64).isZero();
            assertThat(memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])))
                    .isEqualTo(-1);
            memory.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 7);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
        }
    }

    @Test
    void aLargeStretchLiesInHugePages() throws IOException {
        assumeThat(Files.exists(SETTING) && !Files.readString(SETTING).contains("[never]"))
                .as("a system that has huge pages")
                .isTrue();
        long bytes = 16 * HugePages.SIZE;
        try (Arena arena = Arena.ofConfined()) {
            long before = hugeKibibytes();
            MemorySegment memory = HugePages.allocate(bytes, arena);
            long grown = hugeKibibytes() - before;
            assumeThat(grown).as("huge pages that were free").isNotZero();
            assertThat(grown << 10).isGreaterThanOrEqualTo(bytes / 2);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isZero();
        }
    }

    private static long hugeKibibytes() throws IOException {
        try (var lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.startsWith("AnonHugePages:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }
}
