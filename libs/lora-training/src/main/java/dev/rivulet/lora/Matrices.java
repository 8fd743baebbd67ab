// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/** Products of row-major matrices. Inner loops run over whole rows without offsets, which C2 turns into vector instructions. */
final class Matrices {

    private static final int TOGETHER = 8;

    private Matrices() {}

    /** Adds a product: {@code y += x · m}, with x [t, k], m [k, n], y [t, n]. */
    static void addProduct(float[][] y, float[][] x, float[][] m) {
        int whole = m.length / TOGETHER * TOGETHER;
        for (int i = 0; i < whole; i += TOGETHER) {
            for (int t = 0; t < y.length; t++) {
                addEight(y[t], x[t], m, i);
            }
        }
        for (int i = whole; i < m.length; i++) {
            for (int t = 0; t < y.length; t++) {
                addOne(y[t], x[t][i], m[i]);
            }
        }
    }

    private static void addEight(float[] y, float[] x, float[][] m, int i) {
        float x0 = x[i];
        float x1 = x[i + 1];
        float x2 = x[i + 2];
        float x3 = x[i + 3];
        float x4 = x[i + 4];
        float x5 = x[i + 5];
        float x6 = x[i + 6];
        float x7 = x[i + 7];
        float[] m0 = m[i];
        float[] m1 = m[i + 1];
        float[] m2 = m[i + 2];
        float[] m3 = m[i + 3];
        float[] m4 = m[i + 4];
        float[] m5 = m[i + 5];
        float[] m6 = m[i + 6];
        float[] m7 = m[i + 7];
        for (int j = 0; j < y.length; j++) {
            y[j] += x0 * m0[j]
                    + x1 * m1[j]
                    + x2 * m2[j]
                    + x3 * m3[j]
                    + x4 * m4[j]
                    + x5 * m5[j]
                    + x6 * m6[j]
                    + x7 * m7[j];
        }
    }

    /** Adds a multiple of a row: {@code y += x · row}. */
    static void addOne(float[] y, float x, float[] row) {
        for (int j = 0; j < y.length; j++) {
            y[j] += x * row[j];
        }
    }

    /** The sum of the products of two rows, in double. */
    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Adds one matrix to another of the same form. */
    static void add(float[][] y, float[][] x) {
        for (int t = 0; t < y.length; t++) {
            addOne(y[t], 1, x[t]);
        }
    }

    static float[][] transposed(float[][] m) {
        float[][] turned = new float[m[0].length][m.length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < m[i].length; j++) {
                turned[j][i] = m[i][j];
            }
        }
        return turned;
    }
}
