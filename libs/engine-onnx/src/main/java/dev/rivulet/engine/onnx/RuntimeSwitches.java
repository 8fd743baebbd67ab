// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;

/** Switches that ONNX Runtime takes from the environment of its process alone. What the environment says already stays. */
final class RuntimeSwitches {

    /**
     * Attention of a chunk over whole matrices of scores: its other way, block by block, makes prefill 1.2 to 1.5 times as
     * long on processors with AVX-512, at 512 and at 2,048 positions. {@link MemoryPlan} counts the scores.
     */
    static final String WHOLE_SCORES = "ORT_GQA_DISABLE_FLASH_ATTENTION";

    private static final Map<String, String> SWITCHES = Map.of(WHOLE_SCORES, "1");

    private RuntimeSwitches() {}

    /** To be called before a session is opened; where the system's library has no {@code setenv}, nothing happens. */
    static void set() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("setenv");
        if (function.isEmpty()) {
            return;
        }
        FunctionDescriptor signature = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        var setenv = linker.downcallHandle(function.get(), signature);
        try (Arena memory = Arena.ofConfined()) {
            for (var one : SWITCHES.entrySet()) {
                int unused = (int)
                        setenv.invokeExact(memory.allocateFrom(one.getKey()), memory.allocateFrom(one.getValue()), 0);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("the environment of the process can't be changed", e);
        }
    }
}
