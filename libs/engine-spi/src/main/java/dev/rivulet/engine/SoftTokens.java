// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Arrays;

/**
 * Rows that stand in for the embeddings of some tokens of a prompt.
 *
 * @param width values of a row, at least 1
 * @param positions of these tokens in the prompt, ascending
 * @param rows {@code [positions, width]}, row-major; not to be changed
 */
public record SoftTokens(int width, int[] positions, float[] rows) {

    public static final SoftTokens NONE = new SoftTokens(1, new int[0], new float[0]);

    public SoftTokens {
        if (width < 1 || rows.length != (long) width * positions.length) {
            throw new IllegalArgumentException(
                    positions.length + " rows of " + width + " values are not " + rows.length + " values");
        }
        for (int i = 1; i < positions.length; i++) {
            if (positions[i] <= positions[i - 1]) {
                throw new IllegalArgumentException("positions of soft tokens must ascend");
            }
        }
    }

    public boolean isEmpty() {
        return positions.length == 0;
    }

    /** The row of a position, -1 if it has none. */
    public int row(int position) {
        int row = Arrays.binarySearch(positions, position);
        return row < 0 ? -1 : row;
    }
}
