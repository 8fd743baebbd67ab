// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The one update that lies closest to its neighbours (Blanchard et al., NeurIPS 2017, section 4): its score is the sum of its
 * {@code n − f − 2} smallest squared distances to others. Of two with the same score the first counts.
 *
 * @param dishonest f, how many devices may be dishonest: 0 or more; needs {@code n > 2f + 2}
 */
public record Krum(int dishonest) implements Selecting {

    public Krum {
        Settings.notNegative("the number of dishonest devices", dishonest);
    }

    @Override
    public int least() {
        return 2 * dishonest + 3;
    }

    @Override
    public float[] combine(List<float[]> rows) {
        return rows.get(
                best(Distances.squares(rows), all(rows.size()), dishonest).getFirst());
    }

    static List<Integer> all(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    /** Candidates by rising score among themselves. */
    static List<Integer> best(double[][] squares, List<Integer> candidates, int dishonest) {
        double[] scores = new double[squares.length];
        for (int candidate : candidates) {
            scores[candidate] = score(squares[candidate], candidate, candidates, dishonest);
        }
        List<Integer> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparingDouble(candidate -> scores[candidate]));
        return order;
    }

    private static double score(double[] squares, int of, List<Integer> candidates, int dishonest) {
        double[] others = candidates.stream()
                .filter(other -> other != of)
                .mapToDouble(other -> squares[other])
                .sorted()
                .toArray();
        int neighbours = Math.clamp(candidates.size() - dishonest - 2, Math.min(1, others.length), others.length);
        return Arrays.stream(others, 0, neighbours).sum();
    }
}
