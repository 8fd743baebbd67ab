// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

/**
 * How an update is made small: which places are sent, then with how many bits.
 *
 * @param places which
 * @param bits 32 (float32), 8 or 4 a number
 * @param chunk numbers that share a scale; counts for 8 and 4 bits
 */
public record Scheme(Places places, int bits, int chunk) {

    /** Numbers that share a scale unless something else is said: scales are then 1.6 % of 8-bit numbers. */
    public static final int USUAL_CHUNK = 256;

    /** Which places of an update are sent. */
    public sealed interface Places {
        /** All. */
        record All() implements Places {}

        /**
         * Those with the greatest magnitudes.
         *
         * @param count 1 or more
         */
        record Top(int count) implements Places {
            public Top {
                if (count < 1) {
                    throw new IllegalArgumentException("1 place or more is sent, not " + count);
                }
            }
        }

        /** All, mixed into the cells of a sketch. */
        record Sketch(CountSketch.Shape shape) implements Places {}
    }

    public Scheme {
        if (bits != 32 && bits != 8 && bits != 4 || chunk < 1) {
            throw new IllegalArgumentException("numbers have 32, 8 or 4 bits, in chunks of 1 or more");
        }
    }

    /** Every value, with so many bits. */
    public static Scheme dense(int bits) {
        return new Scheme(new Places.All(), bits, USUAL_CHUNK);
    }

    /** The greatest values, with so many bits. */
    public static Scheme top(int count, int bits) {
        return new Scheme(new Places.Top(count), bits, USUAL_CHUNK);
    }

    /** A sketch, with so many bits a cell. */
    public static Scheme sketch(CountSketch.Shape shape, int bits) {
        return new Scheme(new Places.Sketch(shape), bits, USUAL_CHUNK);
    }

    /**
     * The most bytes that an update of a model takes on the wire, whatever its values are.
     *
     * @param size values of the model
     */
    public long mostBytes(int size) {
        return UpdateCodec.ENVELOPE
                + switch (places) {
                    case Places.All() -> numberBytes(size);
                    case Places.Top(int count) ->
                        indexBytes(Math.min(count, size), size) + numberBytes(Math.min(count, size));
                    case Places.Sketch(CountSketch.Shape shape) -> numberBytes(shape.cells());
                };
    }

    private long numberBytes(int count) {
        return bits == 32
                ? 4L * count
                : 4L * Numbers.Quantised.chunks(count, chunk) + Numbers.Quantised.codeBytes(count, bits);
    }

    /** Gaps sum to less than the size, so that few can be so wide that they take a second byte, a third, a fourth. */
    private static long indexBytes(int count, int size) {
        return (long) count + Math.min(count, size >> 7) + Math.min(count, size >> 14) + Math.min(count, size >> 21);
    }
}
