// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import dev.rivulet.engine.ModelRejectedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of the metadata, read when it is asked for.
 *
 * @param file the whole file
 * @param type of its elements, by the numbers of the format
 * @param length number of elements; all of them lie in the file
 * @param offset of the first one
 */
public record GgufList(MemorySegment file, int type, long length, long offset) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MOST = 1 << 22;
    private static final int LONGEST = 1 << 16;
    private static final long MOST_BYTES = 64L << 20;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int STRING = 8;

    /** @throws ModelRejectedException if its elements are no texts, or more than a tokenizer has */
    public List<String> texts() throws ModelRejectedException {
        check(type == STRING, "texts");
        List<String> texts = new ArrayList<>();
        long at = offset;
        for (long i = 0; i < length; i++) {
            long size = file.get(LONG, at);
            at += Long.BYTES;
            if (size > LONGEST || at + size - offset > MOST_BYTES) {
                throw new ModelRejectedException(
                        "a list of texts in the GGUF file is longer than a tokenizer's can be");
            }
            byte[] bytes = file.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
            texts.add(new String(bytes, StandardCharsets.UTF_8));
            at += size;
        }
        return texts;
    }

    /** @throws ModelRejectedException if its elements are no 32-bit integers */
    public int[] integers() throws ModelRejectedException {
        check(type == INT32 || type == UINT32, "32-bit integers");
        int[] values = new int[(int) length];
        for (int i = 0; i < values.length; i++) {
            values[i] = file.get(INT, offset + (long) i * Integer.BYTES);
        }
        return values;
    }

    /** @throws ModelRejectedException if its elements are no 32-bit floats */
    public float[] floats() throws ModelRejectedException {
        check(type == FLOAT32, "32-bit floats");
        float[] values = new float[(int) length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(file.get(INT, offset + (long) i * Integer.BYTES));
        }
        return values;
    }

    private void check(boolean rightType, String what) throws ModelRejectedException {
        if (!rightType || length > MOST) {
            throw new ModelRejectedException("a list in the GGUF file's metadata has " + length + " elements of type "
                    + type + ", not up to " + MOST + " " + what);
        }
    }
}
