// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/** Factors of symmetric matrices, row-major. Inner loops run along rows, so that the compiler can use vectors. */
final class Triangles {

    private Triangles() {}

    /**
     * Replaces the upper half of a positive definite {@code A} by the upper triangular {@code R} with {@code A = R Rᵀ}; the lower
     * half is left.
     *
     * @throws IllegalArgumentException if the matrix is not positive definite
     */
    static void reverseCholesky(double[] a, int size) {
        double[] column = new double[size];
        for (int j = size - 1; j >= 0; j--) {
            double pivot = a[j * size + j];
            if (!(pivot > 0)) {
                throw new IllegalArgumentException("the matrix is not positive definite at " + j + ": " + pivot);
            }
            double root = Math.sqrt(pivot);
            a[j * size + j] = root;
            for (int i = 0; i < j; i++) {
                column[i] = a[i * size + j] / root;
                a[i * size + j] = column[i];
            }
            for (int i = 0; i < j; i++) {
                double factor = column[i];
                int row = i * size;
                for (int k = i; k < j; k++) {
                    a[row + k] -= factor * column[k];
                }
            }
        }
    }

    /** The inverse of the upper triangular matrix in the upper half of {@code r}; zeros below its diagonal. */
    static float[] inverse(double[] r, int size) {
        double[] inverse = new double[size * size];
        for (int i = size - 1; i >= 0; i--) {
            int row = i * size;
            for (int k = i + 1; k < size; k++) {
                double factor = r[row + k];
                int other = k * size;
                for (int j = k; j < size; j++) {
                    inverse[row + j] -= factor * inverse[other + j];
                }
            }
            double diagonal = r[row + i];
            inverse[row + i] = 1;
            for (int j = i; j < size; j++) {
                inverse[row + j] /= diagonal;
            }
        }
        float[] narrow = new float[inverse.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) inverse[i];
        }
        return narrow;
    }
}
