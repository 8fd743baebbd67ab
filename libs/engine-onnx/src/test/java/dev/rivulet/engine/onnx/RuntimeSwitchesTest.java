// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RuntimeSwitchesTest {

    @Test
    void theProcessAsksForWholeScoresUnlessItsEnvironmentSaysOtherwise() throws Throwable {
        RuntimeSwitches.set();
        RuntimeSwitches.set();
        String given = System.getenv(RuntimeSwitches.WHOLE_SCORES);
        assertThat(valueInProcess(RuntimeSwitches.WHOLE_SCORES)).isEqualTo(given == null ? "1" : given);
    }

    /** What native code sees: Java's own copy of the environment was taken when the process started. */
    private static String valueInProcess(String name) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var getenv = linker.downcallHandle(
                linker.defaultLookup().find("getenv").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (var memory = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) getenv.invokeExact(memory.allocateFrom(name));
            return value.reinterpret(Long.MAX_VALUE).getString(0);
        }
    }
}
