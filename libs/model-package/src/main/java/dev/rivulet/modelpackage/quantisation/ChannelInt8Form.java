// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.modelpackage.safetensors.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link ChannelInt8} as {@code MatMulIntegerToFloat} reads it, {@code [inputs, outputs]}. A table is kept as rows too, since a
 * look-up wants them contiguous: the same values twice on disk, in memory only the rows that are touched.
 */
public final class ChannelInt8Form implements Quantiser {

    /** Suffix of the values, {@code I8 [inputs, outputs]}. */
    public static final String VALUES = ".w8";

    /** Suffix of the values of a table, {@code I8 [outputs, inputs]}. */
    public static final String ROWS = ".w8-rows";

    /** Suffix of the scales, {@code F32 [outputs]}. */
    public static final String SCALES = ".w8-scale";

    @Override
    public String label() {
        return "w8r";
    }

    @Override
    public List<Part> parts(LinearTensor tensor) {
        long outputs = tensor.outputs();
        long inputs = tensor.inputs();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(tensor.name() + SCALES, DType.F32, List.of(outputs)));
        parts.add(new Part(tensor.name() + VALUES, DType.I8, List.of(inputs, outputs)));
        if (tensor.table()) {
            parts.add(new Part(tensor.name() + ROWS, DType.I8, List.of(outputs, inputs)));
        }
        return parts;
    }

    @Override
    public void quantise(LinearTensor tensor, int channel, float[] weights, Target target) {
        byte[] values = new byte[weights.length];
        float scale = ChannelInt8.quantise(weights, values);
        target.floats(tensor.name() + SCALES, channel, new float[] {scale});
        target.column(tensor.name() + VALUES, channel, tensor.outputs(), values);
        if (tensor.table()) {
            target.bytes(tensor.name() + ROWS, (long) channel * tensor.inputs(), values);
        }
    }
}
