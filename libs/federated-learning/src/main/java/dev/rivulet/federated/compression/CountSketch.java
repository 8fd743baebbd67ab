// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import java.util.Arrays;

/**
 * A count sketch (Charikar et al., ICALP 2002): each row adds every value, with a sign, to one of its cells. Sketches of the same
 * shape are linear: their sum is the sketch of the sum. Not safe for threads.
 */
public final class CountSketch {

    /** Cells that a sketch may have: 64 MiB. */
    public static final int MOST_CELLS = 1 << 24;

    /**
     * Rows, columns and hashes.
     *
     * @param rows 1 to 63; an estimate is their median
     * @param columns 1 or more; the error falls with their square root
     * @param seed of the hashes; sketches are summed only if it is the same
     */
    public record Shape(int rows, int columns, long seed) {
        public Shape {
            if (rows < 1 || rows > 63 || columns < 1 || (long) rows * columns > MOST_CELLS) {
                throw new IllegalArgumentException("a sketch has 1 to 63 rows and at most " + MOST_CELLS
                        + " cells, not " + rows + " x " + columns);
            }
        }

        /** Number of cells. */
        public int cells() {
            return rows * columns;
        }

        /** 64 bits for a place in a row: the finaliser of SplitMix64 (Steele et al., OOPSLA 2014). */
        private long hash(int row, int index) {
            long z = seed + 0x9e37_79b9_7f4a_7c15L * (((long) row << 32 | index) + 1);
            z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
            z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
            return z ^ z >>> 31;
        }

        private int cell(int row, long hash) {
            return row * columns + (int) ((hash >>> 32) * columns >>> 32);
        }
    }

    private final Shape shape;
    private final float[] cells;

    /** Of nothing. */
    public CountSketch(Shape shape) {
        this(shape, new float[shape.cells()]);
    }

    CountSketch(Shape shape, float[] cells) {
        this.shape = shape;
        this.cells = cells;
    }

    public Shape shape() {
        return shape;
    }

    /** Row by row; to be read only. */
    public float[] cells() {
        return cells;
    }

    /** Adds a vector. */
    public void add(float[] values) {
        for (int row = 0; row < shape.rows(); row++) {
            for (int i = 0; i < values.length; i++) {
                addAt(row, i, values[i]);
            }
        }
    }

    /** Adds a value times a factor at one place. */
    void add(int index, float value) {
        for (int row = 0; row < shape.rows(); row++) {
            addAt(row, index, value);
        }
    }

    private void addAt(int row, int index, float value) {
        long hash = shape.hash(row, index);
        cells[shape.cell(row, hash)] += (hash & 1) == 0 ? value : -value;
    }

    /** This times a factor, plus another of the same shape times a factor: a new sketch. */
    public CountSketch combined(float factor, CountSketch other, float otherFactor) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException("the sketches have other shapes or hashes");
        }
        float[] sums = new float[cells.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = factor * cells[i] + otherFactor * other.cells[i];
        }
        return new CountSketch(shape, sums);
    }

    /** The value at a place, as the median of the rows tells it. */
    public float estimate(int index) {
        return estimate(index, new float[shape.rows()]);
    }

    private float estimate(int index, float[] told) {
        for (int row = 0; row < told.length; row++) {
            long hash = shape.hash(row, index);
            float cell = cells[shape.cell(row, hash)];
            told[row] = (hash & 1) == 0 ? cell : -cell;
        }
        Arrays.sort(told);
        return 0.5f * told[(told.length - 1) / 2] + 0.5f * told[told.length / 2];
    }

    /** Estimates of all places of a vector. */
    public float[] estimates(int size) {
        float[] estimates = new float[size];
        float[] told = new float[shape.rows()];
        for (int i = 0; i < size; i++) {
            estimates[i] = estimate(i, told);
        }
        return estimates;
    }
}
