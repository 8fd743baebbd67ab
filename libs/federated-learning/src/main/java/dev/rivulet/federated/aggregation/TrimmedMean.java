// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.List;

/**
 * The mean of every coordinate without its lowest and highest values (Yin et al., arXiv 1803.01498, section 4).
 *
 * @param share of the updates that is left out at each end, rounded up: from 0 to below 0.5; at least the share of dishonest devices
 */
public record TrimmedMean(double share) implements Selecting {

    public TrimmedMean {
        if (!(share >= 0 && share < 0.5)) {
            throw new IllegalArgumentException(
                    "the share left out at each end is 0 or more and below 0.5, not " + share);
        }
    }

    @Override
    public int least() {
        int n = 1;
        while (2 * trimmed(n) >= n && n < 1_000_000) {
            n++;
        }
        return n;
    }

    private int trimmed(int n) {
        return (int) Math.ceil(share * n - 1e-9);
    }

    @Override
    public float[] combine(List<float[]> rows) {
        int n = rows.size();
        int trimmed = Math.min(trimmed(n), (n - 1) / 2);
        float[] mean = new float[rows.getFirst().length];
        float scale = 1f / (n - 2 * trimmed);
        Sorted.visit(rows, (ordered, from, count) -> {
            for (int row = trimmed; row < n - trimmed; row++) {
                addScaled(mean, from, ordered[row], scale, count);
            }
        });
        return mean;
    }

    private static void addScaled(float[] mean, int from, float[] row, float scale, int count) {
        for (int i = 0; i < count; i++) {
            mean[from + i] += scale * row[i];
        }
    }
}
