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
            case FP16 -> to.putShort(Float.floatToFloat16((float) real(path, type, value)));
            case FP32 -> to.putFloat((float) real(path, type, value));
            case FP64 -> to.putDouble(real(path, type, value));
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

    private static ProblemException wrong(String path, Type type) {
        return InferBody.invalid(path + " holds a value that is no " + type);
    }

    /** All values, flat. Numbers that JSON has no form for are written as null. */
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
