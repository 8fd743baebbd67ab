// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

/** An update as it is sent: which places of the model it has, and their numbers. */
public sealed interface Encoded {

    /** Values of the model. */
    int size();

    /** What is sent of them. */
    Numbers numbers();

    /** All places. */
    record Dense(Numbers numbers) implements Encoded {
        @Override
        public int size() {
            return numbers.count();
        }

        /** Its values. */
        public float[] values() {
            return numbers.values();
        }
    }

    /**
     * Some places; the others are zero.
     *
     * @param indices rising, below the size, as many as numbers
     */
    record Sparse(int size, int[] indices, Numbers numbers) implements Encoded {
        public Sparse {
            if (indices.length != numbers.count() || indices.length > size) {
                throw new IllegalArgumentException("indices and numbers are as many, and no more than the size");
            }
        }

        /** All values, zeros included. */
        public float[] values() {
            float[] values = new float[size];
            float[] some = numbers.values();
            for (int i = 0; i < some.length; i++) {
                values[indices[i]] = some[i];
            }
            return values;
        }
    }

    /**
     * A linear sketch of all places.
     *
     * @param shape its rows, columns and hashes
     * @param numbers its cells
     */
    record Sketched(int size, CountSketch.Shape shape, Numbers numbers) implements Encoded {
        public Sketched {
            if (shape.cells() != numbers.count()) {
                throw new IllegalArgumentException("a sketch has as many numbers as cells");
            }
        }

        /** The sketch, to be summed with others of the same shape. */
        public CountSketch sketch() {
            return new CountSketch(shape, numbers.values().clone());
        }
    }
}
