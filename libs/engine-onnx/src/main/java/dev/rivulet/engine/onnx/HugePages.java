// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Native memory in pages of 2 MiB where the system has them: a step reads all keys and values once, and a step of 32 rows
 * is a tenth shorter when their pages are found quickly.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2)</a>
 */
final class HugePages {

    static final long SIZE = 2L << 20;

    private static final long ALIGNMENT = 64;

    /** Join what lies in a range into huge pages now, whatever the system's setting but {@code never}; since Linux 6.1. */
    private static final int MADV_COLLAPSE = 25;

    private static final FunctionDescriptor MADVISE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

    private HugePages() {}

    /**
     * Memory of zeros that lives as long as the arena. Where the system knows no huge pages or has none left it lies in
     * ordinary ones, which is slower and nothing else.
     *
     * @param bytes above 0
     */
    static MemorySegment allocate(long bytes, Arena arena) {
        if (bytes < SIZE) {
            return arena.allocate(bytes, ALIGNMENT);
        }
        MemorySegment memory = arena.allocate(bytes, SIZE);
        if (System.getProperty("os.name").equals("Linux")) {
            collapse(memory.asSlice(0, bytes / SIZE * SIZE));
        }
        return memory;
    }

    private static void collapse(MemorySegment memory) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("madvise");
        if (function.isEmpty()) {
            return;
        }
        var madvise = linker.downcallHandle(function.get(), MADVISE);
        try {
            int unused = (int) madvise.invokeExact(memory, memory.byteSize(), MADV_COLLAPSE);
        } catch (Throwable e) {
            throw new IllegalStateException("advice on memory can't be given", e);
        }
    }
}
