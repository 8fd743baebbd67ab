package dev.rivulet.modelpackage.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.DoubleUnaryOperator;

/** Cosines and sines of the rotary position embedding, {@code [contextLength, headSize / 2]}. */
record RotaryTable(int contextLength, int headSize, double theta, Arena memory) {

    FloatBuffer cosines() {
        return table(Math::cos);
    }

    FloatBuffer sines() {
        return table(Math::sin);
    }

    private FloatBuffer table(DoubleUnaryOperator function) {
        int half = headSize / 2;
        FloatBuffer table = memory.allocate(ValueLayout.JAVA_FLOAT, (long) contextLength * half)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < half; i++) {
            double frequency = Math.pow(theta, -2.0 * i / headSize);
            for (int position = 0; position < contextLength; position++) {
                table.put(position * half + i, (float) function.applyAsDouble(position * frequency));
            }
        }
        return table;
    }
}
