// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import java.util.random.RandomGenerator;

/** A row of numbers as it is sent. Arrays are handed out uncopied and are to be read only. */
public sealed interface Numbers {

    /** How many. */
    int count();

    /** Back to float32: a new array, or the one that is there. */
    float[] values();

    /** As they are: 4 bytes each. */
    record Floats(float[] values) implements Numbers {
        @Override
        public int count() {
            return values.length;
        }
    }

    /**
     * Rounded to a few steps: each is {@code code · scale of its chunk}.
     *
     * @param bits 8 or 4: codes from −127 to 127 or from −7 to 7
     * @param chunk numbers that share a scale, 1 or more
     * @param count numbers
     * @param scales one for each chunk, finite, 0 or more
     * @param codes one byte a number, or one for two, the first in the lower half, each plus 8
     */
    record Quantised(int bits, int chunk, int count, float[] scales, byte[] codes) implements Numbers {

        public Quantised {
            if (bits != 8 && bits != 4 || chunk < 1 || count < 0) {
                throw new IllegalArgumentException("numbers are quantised to 8 or 4 bits in chunks of 1 or more");
            }
            if (scales.length != chunks(count, chunk) || codes.length != codeBytes(count, bits)) {
                throw new IllegalArgumentException("scales and codes do not suit " + count + " numbers");
            }
        }

        static int chunks(int count, int chunk) {
            return (int) (((long) count + chunk - 1) / chunk);
        }

        static int codeBytes(int count, int bits) {
            return (int) (((long) count * bits + 7) / 8);
        }

        /**
         * Rounds up or down at random, so that the expected value is the number itself (QSGD, arXiv 1610.02132, section 3.1, with the
         * greatest magnitude of a chunk in place of its length).
         *
         * @param values finite
         */
        static Quantised of(float[] values, int bits, int chunk, RandomGenerator random) {
            float[] scales = new float[chunks(values.length, chunk)];
            byte[] codes = new byte[codeBytes(values.length, bits)];
            int most = most(bits);
            for (int c = 0; c < scales.length; c++) {
                int from = c * chunk;
                int to = (int) Math.min(values.length, (long) from + chunk);
                scales[c] = greatest(values, from, to) / most;
                float inverse = scales[c] < Float.MIN_NORMAL ? 0 : 1 / scales[c];
                for (int i = from; i < to; i++) {
                    int code = (int) Math.floor(values[i] * inverse + random.nextFloat());
                    put(codes, bits, i, Math.clamp(code, -most, most));
                }
            }
            return new Quantised(bits, chunk, values.length, scales, codes);
        }

        private static int most(int bits) {
            return (1 << bits - 1) - 1;
        }

        private static float greatest(float[] values, int from, int to) {
            float greatest = 0;
            for (int i = from; i < to; i++) {
                greatest = Math.max(greatest, Math.abs(values[i]));
            }
            return greatest;
        }

        private static void put(byte[] codes, int bits, int index, int code) {
            if (bits == 8) {
                codes[index] = (byte) code;
            } else {
                codes[index >> 1] |= (byte) (code + 8 << 4 * (index & 1));
            }
        }

        private int code(int index) {
            return bits == 8 ? codes[index] : (codes[index >> 1] >> 4 * (index & 1) & 0xf) - 8;
        }

        /** Whether every code is one that {@link #of} makes. */
        boolean regular() {
            for (int i = 0; i < count; i++) {
                if (code(i) < -most(bits)) {
                    return false;
                }
            }
            return bits == 8 || count % 2 == 0 || (codes[count >> 1] & 0xf0) == 0;
        }

        @Override
        public float[] values() {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = code(i) * scales[i / chunk];
            }
            return values;
        }
    }
}
