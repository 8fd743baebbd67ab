// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.federated.training.FrozenFactor;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds an adapter to the weights of a safetensors file, in place: each matrix keeps its type and its place, so that nothing else in the
 * file changes. One matrix is in memory at a time.
 */
final class MergedWeights {

    private static final String PREFIX = "base_model.model.";
    private static final String UP = ".lora_B.weight";
    private static final long MOST_HEADER = 1L << 24;
    private static final long MOST_MATRIX = 1L << 30;

    private final FileChannel file;
    private final JsonNode header;
    private final long data;

    private MergedWeights(FileChannel file, JsonNode header, long data) {
        this.file = file;
        this.header = header;
        this.data = data;
    }

    /** What can't be merged, whoever asks again. */
    static final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnfitException(String message) {
            super(message);
        }
    }

    /**
     * Adds {@code scale · B · A} to every matrix that an adapter has a B of.
     *
     * @param weights a safetensors file, changed
     * @param adapter B, named as PEFT names it
     * @throws UnfitException if the file has no such matrix, or one of another shape or type
     */
    static void merge(Path weights, Parameters adapter, AdapterOf of, JsonMapper json) throws IOException {
        try (FileChannel file = FileChannel.open(weights, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long length = read(file, 0, Long.BYTES).getLong();
            if (length < 2 || length > MOST_HEADER) {
                throw new UnfitException("the base's weights don't begin as safetensors do");
            }
            String text = StandardCharsets.UTF_8
                    .decode(read(file, Long.BYTES, (int) length))
                    .toString();
            MergedWeights merged = new MergedWeights(file, json.readTree(text), Long.BYTES + length);
            for (Layout.Tensor tensor : adapter.layout().tensors()) {
                merged.add(tensor, adapter.tensor(tensor.name()), of);
            }
        } catch (JacksonException e) {
            throw new UnfitException("the header of the base's weights is no JSON");
        }
    }

    private void add(Layout.Tensor up, float[] values, AdapterOf of) throws IOException {
        String name = up.name();
        if (!name.startsWith(PREFIX) || !name.endsWith(UP) || up.shape().size() != 2) {
            throw new UnfitException(
                    "'" + name + "' is no B of an adapter: it is named as PEFT names it, and a matrix");
        }
        String layer = name.substring(PREFIX.length(), name.length() - UP.length());
        JsonNode matrix = header.path(layer + ".weight");
        int outputs = up.shape().getFirst();
        JsonNode shape = matrix.path("shape");
        if (shape.size() != 2 || shape.path(0).asInt() != outputs || up.shape().getLast() != of.rank()) {
            throw new UnfitException(
                    "the base has no matrix of " + outputs + " rows for '" + name + "' of rank " + of.rank());
        }
        int inputs = shape.path(1).asInt();
        float[] down = FrozenFactor.of(of.seed(), layer, of.rank(), inputs);
        long from = matrix.path("data_offsets").path(0).asLong();
        long to = matrix.path("data_offsets").path(1).asLong();
        Kind kind = Kind.of(matrix.path("dtype").asString(""));
        if (to - from != (long) kind.bytes * outputs * inputs || to - from > MOST_MATRIX) {
            throw new UnfitException("the matrix for '" + name + "' is longer or shorter than its shape");
        }
        ByteBuffer bytes = read(file, data + from, (int) (to - from));
        for (int out = 0; out < outputs; out++) {
            for (int in = 0; in < inputs; in++) {
                double change = 0;
                for (int r = 0; r < of.rank(); r++) {
                    change += (double) values[out * of.rank() + r] * down[r * inputs + in];
                }
                int at = kind.bytes * (out * inputs + in);
                kind.put(bytes, at, (float) (kind.get(bytes, at) + of.scale() * change));
            }
        }
        write(bytes.clear(), data + from);
    }

    /** Types of weights that are changed. */
    private enum Kind {
        F32(4),
        F16(2),
        BF16(2);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }

        static Kind of(String dtype) {
            return List.of(values()).stream()
                    .filter(kind -> kind.name().equals(dtype))
                    .findFirst()
                    .orElseThrow(() -> new UnfitException("weights of type " + dtype + " take no adapter"));
        }

        float get(ByteBuffer from, int at) {
            return switch (this) {
                case F32 -> from.getFloat(at);
                case F16 -> Float.float16ToFloat(from.getShort(at));
                case BF16 -> Float.intBitsToFloat(from.getShort(at) << Short.SIZE);
            };
        }

        void put(ByteBuffer to, int at, float value) {
            switch (this) {
                case F32 -> to.putFloat(at, value);
                case F16 -> to.putShort(at, Float.floatToFloat16(value));
                case BF16 -> to.putShort(at, rounded(value));
            }
        }

        /** To the nearest, ties to even. */
        private static short rounded(float value) {
            int bits = Float.floatToIntBits(value);
            return (short) ((bits + 0x7fff + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
        }
    }

    private static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, from + bytes.position()) < 0) {
                throw new EOFException("the base's weights are cut short");
            }
        }
        return bytes.flip();
    }

    private void write(ByteBuffer bytes, long to) throws IOException {
        int start = bytes.position();
        while (bytes.hasRemaining()) {
            file.write(bytes, to + bytes.position() - start);
        }
    }
}
