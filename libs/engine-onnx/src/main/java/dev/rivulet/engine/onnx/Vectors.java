// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

/** Arithmetic of embeddings. */
final class Vectors {

    private Vectors() {}

    /** The same direction with the length 1, in place; a vector of zeros stays. */
    static float[] ofLengthOne(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        double length = Math.sqrt(square);
        for (int i = 0; i < vector.length && length > 0; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }
}
