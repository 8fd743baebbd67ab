// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.ArrayList;
import java.util.List;

/**
 * Krum, then a trimmed mean (El Mhamdi et al., arXiv 1802.07927, section 4): {@code θ = n − 2f} updates are chosen one after the other
 * by {@link Krum} among those that are left; then each coordinate is the mean of the {@code θ − 2f} chosen values that are closest to
 * their median. One coordinate that is far off can no longer hide in a vector that is close.
 *
 * @param dishonest f, 0 or more; needs {@code n ≥ 4f + 3}
 */
public record Bulyan(int dishonest) implements Selecting {

    public Bulyan {
        Settings.notNegative("the number of dishonest devices", dishonest);
    }

    @Override
    public int least() {
        return 4 * dishonest + 3;
    }

    @Override
    public float[] combine(List<float[]> rows) {
        List<float[]> chosen = chosen(rows);
        int kept = chosen.size() - 2 * dishonest;
        float[] result = new float[rows.getFirst().length];
        Sorted.visit(chosen, (ordered, from, count) -> {
            for (int i = 0; i < count; i++) {
                result[from + i] = closest(ordered, i, kept);
            }
        });
        return result;
    }

    private List<float[]> chosen(List<float[]> rows) {
        double[][] squares = Distances.squares(rows);
        List<Integer> left = new ArrayList<>(Krum.all(rows.size()));
        List<float[]> chosen = new ArrayList<>();
        while (chosen.size() < rows.size() - 2 * dishonest) {
            int best = Krum.best(squares, left, dishonest).getFirst();
            left.removeIf(row -> row == best);
            chosen.add(rows.get(best));
        }
        return chosen;
    }

    /** The mean of those values of one coordinate that are closest to their median: neighbours, since they are in order. */
    private static float closest(float[][] ordered, int coordinate, int kept) {
        int n = ordered.length;
        float median = 0.5f * ordered[(n - 1) / 2][coordinate] + 0.5f * ordered[n / 2][coordinate];
        int low = 0;
        int high = n;
        while (high - low > kept) {
            if (median - ordered[low][coordinate] > ordered[high - 1][coordinate] - median) {
                low++;
            } else {
                high--;
            }
        }
        double sum = 0;
        for (int row = low; row < high; row++) {
            sum += ordered[row][coordinate];
        }
        return (float) (sum / kept);
    }
}
