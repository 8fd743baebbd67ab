// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Turns stored blocks into floats. Block layouts are those of ggml, {@code ggml-common.h} and {@code ggml-quants.c}.
 *
 * @see <a href="https://github.com/ggml-org/ggml">ggml</a>
 */
final class Dequantiser {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment blocks;
    private final FloatBuffer values;

    private Dequantiser(MemorySegment blocks, FloatBuffer values) {
        this.blocks = blocks;
        this.values = values;
    }

    /**
     * @param blocks whole blocks
     * @param values receives {@code blocks * blockElements} values from its index 0 on
     */
    static void dequantise(GgufType type, MemorySegment blocks, FloatBuffer values) {
        Dequantiser to = new Dequantiser(blocks, values);
        long count = blocks.byteSize() / type.blockBytes();
        for (int block = 0; block < count; block++) {
            long at = (long) block * type.blockBytes();
            int out = block * type.blockElements();
            switch (type) {
                case F32 -> values.put(out, Float.intBitsToFloat(blocks.get(INT, at)));
                case F16 -> values.put(out, to.half(at));
                case BF16 -> values.put(out, Float.intBitsToFloat(blocks.get(SHORT, at) << 16));
                case Q8_0 -> to.q8(at, out);
                case Q4_0 -> to.q4(at, out);
                case Q4_K -> to.q4k(at, out);
                case Q6_K -> to.q6k(at, out);
            }
        }
    }

    /** Scale; 32 signed bytes. */
    private void q8(long at, int out) {
        float scale = half(at);
        for (int i = 0; i < 32; i++) {
            values.put(out + i, scale * blocks.get(ValueLayout.JAVA_BYTE, at + 2 + i));
        }
    }

    /** Scale; 16 bytes, low halves first, then high halves, each less 8. */
    private void q4(long at, int out) {
        float scale = half(at);
        for (int i = 0; i < 16; i++) {
            int pair = unsigned(at + 2 + i);
            values.put(out + i, scale * ((pair & 0xf) - 8));
            values.put(out + 16 + i, scale * ((pair >> 4) - 8));
        }
    }

    /** Scale and scale of minima; 12 bytes with 8 scales and 8 minima of 6 bits; 128 bytes of halves. */
    private void q4k(long at, int out) {
        float scale = half(at);
        float least = half(at + 2);
        for (int group = 0; group < 8; group++) {
            float factor = scale * scaleOf(at + 4, group);
            float minimum = least * minimumOf(at + 4, group);
            long quants = at + 16 + group / 2 * 32L;
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++) {
                values.put(out + group * 32 + i, factor * (unsigned(quants + i) >> shift & 0xf) - minimum);
            }
        }
    }

    private int scaleOf(long packed, int group) {
        return group < 4
                ? unsigned(packed + group) & 63
                : unsigned(packed + group + 4) & 0xf | unsigned(packed + group - 4) >> 6 << 4;
    }

    private int minimumOf(long packed, int group) {
        return group < 4
                ? unsigned(packed + group + 4) & 63
                : unsigned(packed + group + 4) >> 4 | unsigned(packed + group) >> 6 << 4;
    }

    /** 128 bytes of low halves, 64 of two high bits each, 16 signed scales; scale. Values less 32. */
    private void q6k(long at, int out) {
        float scale = half(at + 208);
        for (int i = 0; i < 256; i++) {
            int part = i / 128;
            int quarter = i % 128 / 32;
            int lane = i % 32;
            int low = unsigned(at + part * 64L + quarter % 2 * 32L + lane) >> quarter / 2 * 4 & 0xf;
            int high = unsigned(at + 128 + part * 32L + lane) >> quarter * 2 & 3;
            int factor = blocks.get(ValueLayout.JAVA_BYTE, at + 192 + i / 16);
            values.put(out + i, scale * factor * ((low | high << 4) - 32));
        }
    }

    private float half(long at) {
        return Float.float16ToFloat(blocks.get(SHORT, at));
    }

    private int unsigned(long at) {
        return blocks.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }
}
