// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.List;

/**
 * The median of every coordinate (Yin et al., arXiv 1803.01498, section 4); of an even number of updates the mean of the two in the
 * middle. Holds while fewer than half of the devices are dishonest.
 */
public record CoordinateMedian() implements Selecting {

    @Override
    public float[] combine(List<float[]> rows) {
        int n = rows.size();
        float[] median = new float[rows.getFirst().length];
        Sorted.visit(rows, (ordered, from, count) -> {
            float[] low = ordered[(n - 1) / 2];
            float[] high = ordered[n / 2];
            for (int i = 0; i < count; i++) {
                median[from + i] = 0.5f * low[i] + 0.5f * high[i];
            }
        });
        return median;
    }
}
