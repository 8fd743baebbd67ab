// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.compression.Encoded.Dense;
import dev.rivulet.federated.compression.Encoded.Sketched;
import dev.rivulet.federated.compression.Encoded.Sparse;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Reason;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of an update on the wire, version 1. Numbers are little-endian; counts and gaps are LEB128 of at most 5 bytes.
 *
 * <pre>
 * "RVU" · version (1) · places (0 all, 1 some, 2 sketch) · bits (32, 8, 4) · size of the model
 *   some:   count · gaps: each index minus the one before, minus 1; the first as it is
 *   sketch: rows · columns · seed (8 bytes)
 * numbers   32 bits: float32 each; else: chunk · one float32 scale a chunk · codes
 * CRC-32C of all before (4 bytes)
 * </pre>
 *
 * Reading checks every count against what is expected and what is there before it allocates, and refuses what was not written by
 * {@link #write}, trailing bytes included.
 */
public final class UpdateCodec {

    /** The most bytes beside numbers and indices. */
    static final int ENVELOPE = 3 + 3 + 5 + 5 + 5 + 8 + 5 + 4;

    private static final byte[] MAGIC = {'R', 'V', 'U'};
    private static final int VERSION = 1;

    private UpdateCodec() {}

    /**
     * What is expected of bytes from outside.
     *
     * @param size values of the model
     * @param mostBytes the update-size budget
     * @param sketch the shape that sketches must have to be summed; null if none are taken
     */
    public record Expected(int size, int mostBytes, CountSketch.@Nullable Shape sketch) {

        /** No sketches. */
        public Expected(int size, int mostBytes) {
            this(size, mostBytes, null);
        }
    }

    /** The bytes of an update. */
    public static byte[] write(Encoded encoded) {
        Numbers numbers = encoded.numbers();
        WireWriter out = new WireWriter(MAGIC, expected(encoded, numbers));
        out.octet(VERSION);
        switch (encoded) {
            case Dense dense -> head(out, 0, dense);
            case Sparse sparse -> {
                head(out, 1, sparse);
                out.count(sparse.indices().length);
                int next = 0;
                for (int index : sparse.indices()) {
                    out.count(index - next);
                    next = index + 1;
                }
            }
            case Sketched sketched -> {
                head(out, 2, sketched);
                out.count(sketched.shape().rows());
                out.count(sketched.shape().columns());
                out.int64(sketched.shape().seed());
            }
        }
        switch (numbers) {
            case Numbers.Floats floats -> out.floats(floats.values());
            case Numbers.Quantised quantised -> {
                out.count(quantised.chunk());
                out.floats(quantised.scales());
                out.octets(quantised.codes());
            }
        }
        return out.withChecksum();
    }

    /** Exact where all values are sent, so that the bytes are not copied at the end; gaps mostly take a byte. */
    private static int expected(Encoded encoded, Numbers numbers) {
        long places = switch (encoded) {
            case Dense _ -> 0;
            case Sparse sparse -> 5L + sparse.indices().length;
            case Sketched _ -> 5 + 5 + 8;
        };
        long values = switch (numbers) {
            case Numbers.Floats floats -> 4L * floats.values().length;
            case Numbers.Quantised quantised ->
                WireWriter.size(quantised.chunk()) + 4L * quantised.scales().length + quantised.codes().length;
        };
        long head = MAGIC.length + 3 + WireWriter.size(encoded.size());
        return (int) Math.min(Integer.MAX_VALUE - 8, head + places + values + 4);
    }

    private static void head(WireWriter out, int places, Encoded encoded) {
        out.octet(places);
        out.octet(encoded.numbers() instanceof Numbers.Quantised quantised ? quantised.bits() : 32);
        out.count(encoded.size());
    }

    /** Reads an update. Whatever the bytes are, the answer is an update or a refusal. */
    public static Checked<Encoded> read(byte[] bytes, Expected expected) {
        if (bytes.length > expected.mostBytes()) {
            return new Refused<>(
                    Reason.TOO_LARGE, "it has " + bytes.length + " bytes, at most " + expected.mostBytes());
        }
        try {
            WireReader in = new WireReader(bytes, bytes.length - 4);
            in.magic(MAGIC);
            if (in.octet() != VERSION) {
                return new Refused<>(Reason.UNSUPPORTED, "this program reads version " + VERSION);
            }
            requireChecksum(bytes);
            Encoded encoded = body(in, expected);
            in.requireEnd();
            return new Accepted<>(encoded);
        } catch (UnreadableException e) {
            return new Refused<>(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static void requireChecksum(byte[] bytes) throws UnreadableException {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        if (new WireReader(bytes, bytes.length).int32(bytes.length - 4) != (int) crc.getValue()) {
            throw new UnreadableException(Reason.MALFORMED, "its checksum differs");
        }
    }

    private static Encoded body(WireReader in, Expected expected) throws UnreadableException {
        int places = in.octet();
        int bits = in.octet();
        int size = in.count(Integer.MAX_VALUE);
        if (size != expected.size()) {
            throw new UnreadableException(
                    Reason.WRONG_SHAPE, "it is for a model of " + size + " values, not " + expected.size());
        }
        return switch (places) {
            case 0 -> new Dense(numbers(in, bits, size));
            case 1 -> {
                int[] indices = indices(in, size);
                yield new Sparse(size, indices, numbers(in, bits, indices.length));
            }
            case 2 -> {
                CountSketch.Shape shape = shape(in);
                if (!shape.equals(expected.sketch())) {
                    throw new UnreadableException(Reason.WRONG_SHAPE, "a sketch of a shape that is not asked for");
                }
                yield new Sketched(size, shape, numbers(in, bits, shape.cells()));
            }
            default -> throw new UnreadableException(Reason.UNSUPPORTED, "places of kind " + places);
        };
    }

    private static int[] indices(WireReader in, int size) throws UnreadableException {
        int count = in.count(size);
        in.requireLeft(count);
        int[] indices = new int[count];
        int next = 0;
        for (int i = 0; i < count; i++) {
            int gap = in.count(Integer.MAX_VALUE);
            if (gap >= size - next) {
                throw new UnreadableException(Reason.MALFORMED, "an index is beyond the model");
            }
            indices[i] = next + gap;
            next = indices[i] + 1;
        }
        return indices;
    }

    private static CountSketch.Shape shape(WireReader in) throws UnreadableException {
        int rows = in.count(63);
        int columns = in.count(CountSketch.MOST_CELLS);
        if (rows < 1 || columns < 1 || (long) rows * columns > CountSketch.MOST_CELLS) {
            throw new UnreadableException(Reason.MALFORMED, "a sketch of " + rows + " x " + columns + " cells");
        }
        return new CountSketch.Shape(rows, columns, in.int64());
    }

    private static Numbers numbers(WireReader in, int bits, int count) throws UnreadableException {
        if (bits == 32) {
            return new Numbers.Floats(in.floats(count));
        }
        if (bits != 8 && bits != 4) {
            throw new UnreadableException(Reason.UNSUPPORTED, "numbers of " + bits + " bits");
        }
        int chunk = in.count(Integer.MAX_VALUE);
        if (chunk < 1) {
            throw new UnreadableException(Reason.MALFORMED, "chunks of no numbers");
        }
        float[] scales = in.floats(Numbers.Quantised.chunks(count, chunk));
        for (float scale : scales) {
            if (scale < 0 || !Float.isFinite(scale * 127)) {
                throw new UnreadableException(Reason.NOT_FINITE, "the scale " + scale);
            }
        }
        byte[] codes = in.octets(Numbers.Quantised.codeBytes(count, bits));
        Numbers.Quantised quantised = new Numbers.Quantised(bits, chunk, count, scales, codes);
        if (!quantised.regular()) {
            throw new UnreadableException(Reason.MALFORMED, "a code that no writer makes");
        }
        return quantised;
    }
}
