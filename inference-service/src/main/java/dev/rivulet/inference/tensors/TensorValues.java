// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.Tensor;
import dev.rivulet.engine.Tensor.Type;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Values of tensors in JSON: flat, or nested by dimension, row-major. */
final class TensorValues {

    private static final int DEEPEST = 16;

    private TensorValues() {}

    /** @throws ProblemException if there are not as many values as the shape says, or one is not of the type */
    static ByteBuffer read(String path, Type type, List<Long> shape, JsonNode data) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Tensor.bytes(type, shape)).order(ByteOrder.LITTLE_ENDIAN);
        read(path, type, data, bytes, 0);
        if (bytes.hasRemaining()) {
            throw InferBody.invalid(path + " has fewer values than its shape " + shape + " says");
        }
        return bytes.flip();
    }

    private static void read(String path, Type type, JsonNode data, ByteBuffer to, int depth) {
        if (data.isArray() && depth < DEEPEST) {
            for (JsonNode entry : data) {
                read(path, type, entry, to, depth + 1);
            }
        } else if (to.remaining() < type.bytes()) {
            throw InferBody.invalid(path + " has more values than its shape says");
        } else {
            put(path, type, data, to);
        }
    }

    private static void put(String path, Type type, JsonNode value, ByteBuffer to) {
        switch (type) {
            case BOOL -> {
                boolean number = value.isIntegralNumber() && value.canConvertToInt() && (value.intValue() & ~1) == 0;
                if (!value.isBoolean() && !number) {
                    throw wrong(path, type);
                }
                to.put((byte) (value.isBoolean() && value.booleanValue() || number && value.intValue() == 1 ? 1 : 0));
            }
            case INT8 -> to.put((byte) whole(path, type, value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> to.put((byte) whole(path, type, value, 0, 255));
            case INT16 -> to.putShort((short) whole(path, type, value, Short.MIN_VALUE, Short.MAX_VALUE));
            case INT32 -> to.putInt((int) whole(path, type, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> to.putLong(whole(path, type, value, Long.MIN_VALUE, Long.MAX_VALUE));
            case FP16 -> {
                short half = Float.floatToFloat16((float) real(path, type, value));
                to.putShort(half);
                finite(path, type, Float.float16ToFloat(half));
            }
            case FP32 -> {
                float single = (float) real(path, type, value);
                to.putFloat(single);
                finite(path, type, single);
            }
            case FP64 -> {
                double number = real(path, type, value);
                to.putDouble(number);
                finite(path, type, number);
            }
        }
    }

    private static long whole(String path, Type type, JsonNode value, long least, long most) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw wrong(path, type);
        }
        return value.longValue();
    }

    private static double real(String path, Type type, JsonNode value) {
        if (!value.isNumber()) {
            throw wrong(path, type);
        }
        return value.doubleValue();
    }

    /** A number that is too large for its type is not taken for an infinity. */
    private static void finite(String path, Type type, double number) {
        if (!Double.isFinite(number)) {
            throw wrong(path, type);
        }
    }

    private static ProblemException wrong(String path, Type type) {
        return InferBody.invalid(path + " holds a value that is no " + type);
    }

    /** Whether none of its values is NaN or infinite. */
    static boolean numbers(Tensor tensor) {
        ByteBuffer bytes = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean numbers = true;
        while (numbers && bytes.remaining() >= tensor.type().bytes()) {
            numbers = switch (tensor.type()) {
                case FP16 -> Float.isFinite(Float.float16ToFloat(bytes.getShort()));
                case FP32 -> Float.isFinite(bytes.getFloat());
                case FP64 -> Double.isFinite(bytes.getDouble());
                case BOOL, INT8, UINT8, INT16, INT32, INT64 -> {
                    bytes.position(bytes.limit());
                    yield true;
                }
            };
        }
        return numbers;
    }

    /** All values, flat; of {@link #numbers} alone, since JSON has no form for others. */
    static List<Object> write(Tensor tensor) {
        ByteBuffer bytes = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Object> values = new ArrayList<>(bytes.remaining() / tensor.type().bytes());
        while (bytes.hasRemaining()) {
            values.add(
                    switch (tensor.type()) {
                        case BOOL -> bytes.get() != 0;
                        case INT8 -> (int) bytes.get();
                        case UINT8 -> bytes.get() & 0xff;
                        case INT16 -> (int) bytes.getShort();
                        case INT32 -> bytes.getInt();
                        case INT64 -> bytes.getLong();
                        case FP16 -> Float.float16ToFloat(bytes.getShort());
                        case FP32 -> bytes.getFloat();
                        case FP64 -> bytes.getDouble();
                    });
        }
        return values;
    }
}
