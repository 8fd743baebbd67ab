// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.BlockInt4;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Set;

/** The floats that 4-bit weights stand for: every matrix rounded to nearest in its blocks, vectors as they are. */
record RoundedWeights(Weights original) implements Weights {

    private static final int ZERO = 8;

    @Override
    public Set<String> names() {
        return original.names();
    }

    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        return original.info(name);
    }

    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        FloatBuffer values = original.floats(name);
        float[] rounded = new float[values.remaining()];
        values.get(rounded);
        if (info(name).shape().size() == 2) {
            round(rounded, info(name).shape().getLast().intValue());
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(rounded.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(rounded);
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        return data(name).asFloatBuffer();
    }

    private static void round(float[] matrix, int inputs) {
        float[] channel = new float[inputs];
        byte[] packed = new byte[inputs / 2];
        float[] scales = new float[inputs / BlockInt4.BLOCK];
        for (int at = 0; at < matrix.length; at += inputs) {
            System.arraycopy(matrix, at, channel, 0, inputs);
            BlockInt4.quantise(channel, packed, scales);
            for (int i = 0; i < inputs; i++) {
                int level = packed[i / 2] >> (i % 2 * 4) & 15;
                matrix[at + i] = (level - ZERO) * scales[i / BlockInt4.BLOCK];
            }
        }
    }
}
