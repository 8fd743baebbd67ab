// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.List;

/**
 * The mean of the {@code m} updates with the best scores of {@link Krum} (Blanchard et al., NeurIPS 2017, section 4): nearly as
 * robust, and it learns from more devices.
 *
 * @param dishonest f, 0 or more; needs {@code n > 2f + 2}
 * @param chosen m, 1 or more; {@code n − f} is usual
 */
public record MultiKrum(int dishonest, int chosen) implements Selecting {

    public MultiKrum {
        Settings.notNegative("the number of dishonest devices", dishonest);
        Settings.positive("the number of chosen updates", chosen);
    }

    @Override
    public int least() {
        return Math.max(2 * dishonest + 3, chosen);
    }

    @Override
    public float[] combine(List<float[]> rows) {
        List<Integer> best = Krum.best(Distances.squares(rows), Krum.all(rows.size()), dishonest);
        return mean(best.subList(0, chosen).stream().map(rows::get).toList());
    }

    private static float[] mean(List<float[]> rows) {
        float[] mean = new float[rows.getFirst().length];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= rows.size();
        }
        return mean;
    }
}
