// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.List;

/**
 * Walks over the coordinates of many vectors with the values of each coordinate in order. A block of coordinates at a time is sorted
 * by Batcher's odd-even merge network (Knuth, TAOCP 3, 5.3.4, algorithm M): each of its steps takes the lesser and the greater of
 * two whole rows, which a compiler makes wide, and the block stays in the cache.
 */
final class Sorted {

    private static final int BLOCK = 512;

    /** Takes one block. */
    interface Visitor {
        /**
         * Takes one block.
         *
         * @param ordered row {@code r} has the value of rank {@code r} of each coordinate
         * @param from index of the block's first coordinate
         * @param count coordinates of the block; the rows are longer
         */
        void visit(float[][] ordered, int from, int count);
    }

    private Sorted() {}

    static void visit(List<float[]> rows, Visitor visitor) {
        float[][] block = new float[rows.size()][BLOCK];
        int length = rows.getFirst().length;
        for (int from = 0; from < length; from += BLOCK) {
            int count = Math.min(BLOCK, length - from);
            for (int row = 0; row < block.length; row++) {
                System.arraycopy(rows.get(row), from, block[row], 0, count);
            }
            sort(block);
            visitor.visit(block, from, count);
        }
    }

    private static void sort(float[][] rows) {
        int n = rows.length;
        if (n < 2) {
            return;
        }
        int top = Integer.highestOneBit(n - 1);
        for (int p = top; p > 0; p >>= 1) {
            int r = 0;
            int d = p;
            for (int q = top; ; q >>= 1) {
                exchange(rows, p, r, d);
                if (q == p) {
                    break;
                }
                d = q - p;
                r = p;
            }
        }
    }

    private static void exchange(float[][] rows, int p, int r, int d) {
        for (int i = 0; i < rows.length - d; i++) {
            if ((i & p) == r) {
                order(rows[i], rows[i + d]);
            }
        }
    }

    private static void order(float[] lesser, float[] greater) {
        for (int i = 0; i < BLOCK; i++) {
            float a = lesser[i];
            float b = greater[i];
            lesser[i] = Math.min(a, b);
            greater[i] = Math.max(a, b);
        }
    }
}
