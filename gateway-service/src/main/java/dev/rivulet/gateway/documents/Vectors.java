// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the passages of one document mean to a model.
 *
 * @param model that gave them
 * @param rows one for each passage, each of length 1; never changed in place
 */
public record Vectors(String model, List<float[]> rows) {

    private static final int MAGIC = 0x52565631;
    private static final int MOST_NUMBERS = 16_384;

    public Vectors {
        rows = List.copyOf(rows);
    }

    /** @throws IllegalArgumentException unless each passage of the document has a row, all of as many numbers */
    public void requireFit(Document document) {
        int length = rows.isEmpty() ? 0 : rows.getFirst().length;
        if (rows.size() != document.passages().size()
                || rows.stream().anyMatch(row -> row.length == 0 || row.length != length)) {
            throw new IllegalArgumentException("the document '" + document.id() + "' has "
                    + document.passages().size() + " passages, and the model '" + model + "' gave " + rows.size()
                    + " vectors for them, or vectors of several lengths");
        }
    }

    /** A vector of length 1 in the direction of these numbers; empty where they have none. */
    static Optional<float[]> unit(float[] numbers) {
        double square = 0;
        for (float number : numbers) {
            square += (double) number * number;
        }
        if (!(square > 0) || Double.isInfinite(square)) {
            return Optional.empty();
        }
        float[] unit = new float[numbers.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (numbers[i] / Math.sqrt(square));
        }
        return Optional.of(unit);
    }

    /** The cosine of the angle between two vectors of length 1; 0 where they are of different models. */
    static double likeness(float[] one, float[] other) {
        if (one.length != other.length) {
            return 0;
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    /** As a file: a mark, the model's name, rows, numbers of a row, and the numbers, all big-endian. */
    byte[] bytes() {
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        int length = rows.isEmpty() ? 0 : rows.getFirst().length;
        ByteBuffer out = ByteBuffer.allocate(16 + name.length + rows.size() * length * Float.BYTES);
        out.putInt(MAGIC).putInt(name.length).put(name).putInt(rows.size()).putInt(length);
        for (float[] row : rows) {
            for (float number : row) {
                out.putFloat(number);
            }
        }
        return out.array();
    }

    /** What a file holds; empty where it is not one of these, whole. */
    static Optional<Vectors> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        try {
            if (in.getInt() != MAGIC) {
                return Optional.empty();
            }
            int named = in.getInt();
            if (named < 0 || named > in.remaining()) {
                return Optional.empty();
            }
            byte[] name = new byte[named];
            in.get(name);
            int count = in.getInt();
            int length = in.getInt();
            if (count < 0
                    || length < 0
                    || length > MOST_NUMBERS
                    || in.remaining() != (long) count * length * Float.BYTES) {
                return Optional.empty();
            }
            List<float[]> rows = new ArrayList<>(count);
            for (int row = 0; row < count; row++) {
                float[] numbers = new float[length];
                in.asFloatBuffer().get(numbers);
                in.position(in.position() + length * Float.BYTES);
                rows.add(numbers);
            }
            return Optional.of(new Vectors(new String(name, StandardCharsets.UTF_8), rows));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }
}
