// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.modelpackage.folder.Rope;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.DoubleUnaryOperator;

/** Cosines and sines of a rotary position embedding, {@code [contextLength, rope.dimensions() / 2]}. */
record RotaryTable(int contextLength, Rope rope, Arena memory) {

    FloatBuffer cosines() {
        return table(Math::cos);
    }

    FloatBuffer sines() {
        return table(Math::sin);
    }

    private FloatBuffer table(DoubleUnaryOperator function) {
        double[] frequencies = rope.frequencies(contextLength);
        int half = frequencies.length;
        FloatBuffer table = memory.allocate(ValueLayout.JAVA_FLOAT, (long) contextLength * half)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int position = 0; position < contextLength; position++) {
            for (int i = 0; i < half; i++) {
                double value = rope.amplitude() * function.applyAsDouble(position * frequencies[i]);
                table.put(position * half + i, (float) value);
            }
        }
        return table;
    }
}
