// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import ai.onnx.proto.OnnxMl.TensorProto;

/** Floats of 16 bits. */
public enum Half {
    /** IEEE 754 binary16: finer, and ends at 65504. */
    F16(TensorProto.DataType.FLOAT16_VALUE),
    /** The upper half of a 32-bit float: its range with 8 bits of precision. */
    BF16(TensorProto.DataType.BFLOAT16_VALUE);

    private static final int LOWER = 16;
    private static final int ALMOST_HALF = 0x7fff;

    private final int element;

    Half(int element) {
        this.element = element;
    }

    /** The number of the type in {@code TensorProto.DataType}. */
    public int element() {
        return element;
    }

    /** The nearest number of this kind; of two the even one. */
    public short of(float value) {
        if (this == F16) {
            return Float.floatToFloat16(value);
        }
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> LOWER | 1);
        }
        return (short) (bits + ALMOST_HALF + (bits >>> LOWER & 1) >>> LOWER);
    }

    /** The same number in 32 bits. */
    public float widened(short half) {
        return this == F16 ? Float.float16ToFloat(half) : Float.intBitsToFloat(half << LOWER);
    }
}
