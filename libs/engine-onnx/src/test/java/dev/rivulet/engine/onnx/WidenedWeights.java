// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.DType;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/**
 * Weights whose feed-forward parts are made wider by zeros, which changes no logit: the fixtures' widths are no multiples of the
 * blocks that 4-bit weights come in.
 *
 * @param narrow width of the feed-forward parts in the file
 * @param wide width with zeros
 */
record WidenedWeights(Weights original, int narrow, int wide) implements Weights {

    @Override
    public Set<String> names() {
        return original.names();
    }

    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        TensorInfo info = original.info(name);
        List<Long> shape =
                info.shape().stream().map(size -> widened(name, size)).toList();
        long bytes = Float.BYTES * shape.stream().reduce(1L, Math::multiplyExact);
        return new TensorInfo(name, DType.F32, shape, 0, bytes);
    }

    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        TensorInfo from = original.info(name);
        TensorInfo to = info(name);
        FloatBuffer values = original.floats(name);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.toIntExact(to.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        int columns = columns(from);
        for (int i = 0; i < values.remaining(); i++) {
            int row = moved(i / columns, from.shape().getFirst(), to.shape().getFirst());
            bytes.putFloat(Float.BYTES * (row * columns(to) + i % columns), values.get(i));
        }
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        return data(name).asFloatBuffer();
    }

    /** Gate and up may be one matrix: two halves, each of which grows. */
    private long widened(String name, long size) {
        if (!name.contains(".mlp.") || size % narrow != 0) {
            return size;
        }
        return size / narrow * wide;
    }

    private int moved(int row, long from, long to) {
        return from == to ? row : row / narrow * wide + row % narrow;
    }

    private static int columns(TensorInfo info) {
        return info.shape().size() == 2 ? info.shape().getLast().intValue() : 1;
    }
}
