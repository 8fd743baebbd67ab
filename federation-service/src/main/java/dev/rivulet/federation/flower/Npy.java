// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arrays in NumPy's {@code .npy} format (NEP 1): versions 1 to 3 are read, 1 is written. Numbers are float16, float32 or float64,
 * little-endian; an array in Fortran's order is read as what it is. Nothing is allocated before its bytes are there.
 */
final class Npy {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    /** Of a header: NumPy itself refuses longer ones. */
    private static final int MOST_HEADER = 10_000;

    private static final int MOST_DIMENSIONS = 8;
    private static final Pattern HEADER = Pattern.compile("\\{'descr': '([^']{2,8})', 'fortran_order': (True|False),"
            + " 'shape': \\((|\\d{1,9},|\\d{1,9}(?:, \\d{1,9}){1,7})\\), \\}\\s*");

    private Npy() {}

    /**
     * An array of float32.
     *
     * @param shape empty for a scalar
     * @param values in C's order: the last index runs fastest
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Tensor(List<Integer> shape, float[] values) {}

    /** Bytes that are no array of a known form. */
    static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /** The bytes of an array. */
    static byte[] write(List<Integer> shape, float[] values, int from, int count) {
        StringBuilder dimensions = new StringBuilder();
        shape.forEach(size -> dimensions.append(size).append(", "));
        String sizes = shape.size() == 1
                ? shape.getFirst() + ","
                : dimensions.substring(0, Math.max(0, dimensions.length() - 2));
        String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
        int before = MAGIC.length + 4;
        int length = (before + head.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(length + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - before));
        out.put(head.getBytes(StandardCharsets.US_ASCII));
        while (out.position() < length - 1) {
            out.put((byte) ' ');
        }
        out.put((byte) '\n').asFloatBuffer().put(values, from, count);
        return out.array();
    }

    /** Reads an array of at most so many values. */
    static Tensor read(ByteBuffer bytes, int mostValues) throws UnreadableException {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        Matcher head = HEADER.matcher(header(in));
        if (!head.matches()) {
            throw new UnreadableException("the header of an array is not as NumPy writes it");
        }
        List<Integer> shape = shape(head.group(3));
        long count = 1;
        for (int size : shape) {
            count *= size;
            if (count > mostValues) {
                throw new UnreadableException("an array of the shape " + shape + " has more than " + mostValues);
            }
        }
        float[] values = values(in, head.group(1), (int) count);
        boolean turned = head.group(2).equals("True") && shape.size() > 1;
        return new Tensor(shape, turned ? turned(values, shape) : values);
    }

    private static String header(ByteBuffer in) throws UnreadableException {
        if (in.remaining() < MAGIC.length + 4 || in.mismatch(ByteBuffer.wrap(MAGIC)) != MAGIC.length) {
            throw new UnreadableException("it does not begin as an array of NumPy does");
        }
        int version = in.get(MAGIC.length);
        in.position(MAGIC.length + 2);
        if (version < 1 || version > 3 || version > 1 && in.remaining() < 4) {
            throw new UnreadableException("arrays of version " + version + " are not read");
        }
        int length = version == 1 ? in.getShort() & 0xffff : in.getInt();
        if (length < 0 || length > MOST_HEADER || length > in.remaining()) {
            throw new UnreadableException("the header of an array has " + length + " bytes");
        }
        byte[] header = new byte[length];
        in.get(header);
        return new String(header, StandardCharsets.US_ASCII);
    }

    private static List<Integer> shape(String text) throws UnreadableException {
        List<Integer> shape = new ArrayList<>();
        for (String size : text.split(",", -1)) {
            if (!size.isBlank()) {
                shape.add(Integer.parseInt(size.strip()));
            }
        }
        if (shape.size() > MOST_DIMENSIONS || shape.contains(0)) {
            throw new UnreadableException("an array of the shape " + shape + " is not read");
        }
        return shape;
    }

    private static float[] values(ByteBuffer in, String kind, int count) throws UnreadableException {
        int width = switch (kind) {
            case "<f2" -> 2;
            case "<f4" -> 4;
            case "<f8" -> 8;
            default -> throw new UnreadableException("arrays of '" + kind + "' are not read; send float32");
        };
        if (in.remaining() != (long) width * count) {
            throw new UnreadableException(
                    "an array of " + count + " values of " + width + " bytes has " + in.remaining() + " bytes");
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (width) {
                case 2 -> Float.float16ToFloat(in.getShort());
                case 4 -> in.getFloat();
                default -> (float) in.getDouble();
            };
        }
        return values;
    }

    /** From Fortran's order, in which the first index runs fastest, to C's. */
    private static float[] turned(float[] values, List<Integer> shape) {
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int d = 0; d < strides.length; d++) {
            strides[d] = stride;
            stride *= shape.get(d);
        }
        float[] turned = new float[values.length];
        int[] index = new int[strides.length];
        int from = 0;
        for (int to = 0; to < turned.length; to++) {
            turned[to] = values[from];
            for (int d = index.length - 1; d >= 0; d--) {
                from += strides[d];
                if (++index[d] < shape.get(d)) {
                    break;
                }
                from -= strides[d] * shape.get(d);
                index[d] = 0;
            }
        }
        return turned;
    }
}
