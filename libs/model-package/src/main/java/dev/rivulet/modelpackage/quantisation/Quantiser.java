// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.engine.ModelRejectedException;
import java.util.List;

/** A form of quantised weights: which tensors take the place of one matrix, and how they are filled. */
public sealed interface Quantiser permits ChannelInt8Form, BlockInt4Form {

    /** Name of the form in file names; another layout or arithmetic must have another name. */
    String label();

    /**
     * Tensors that take the matrix's place.
     *
     * @throws ModelRejectedException if the form can't hold the matrix
     */
    List<Part> parts(LinearTensor tensor) throws ModelRejectedException;

    /**
     * Quantises one output channel.
     *
     * @param channel index of the output
     * @param weights {@code [inputs]}, finite; may be changed
     * @param target takes the values of the parts
     */
    void quantise(LinearTensor tensor, int channel, float[] weights, Target target) throws ModelRejectedException;

    /** Where the values of the parts of one matrix go; indices count elements. */
    interface Target {

        void bytes(String part, long at, byte[] values);

        /** Single bytes, {@code stride} apart: a column of a matrix. */
        void column(String part, long at, long stride, byte[] values);

        void floats(String part, long at, float[] values);
    }

    /**
     * A tensor of the quantised file.
     *
     * @param name name of the matrix and a suffix
     * @param dtype {@code F32}, {@code I8} or {@code U8}
     * @param shape row-major
     */
    record Part(String name, dev.rivulet.modelpackage.safetensors.DType dtype, List<Long> shape) {

        public Part {
            shape = List.copyOf(shape);
        }

        long bytes() {
            return shape.stream().mapToLong(Long::longValue).reduce(dtype.bytes(), Math::multiplyExact);
        }
    }
}
