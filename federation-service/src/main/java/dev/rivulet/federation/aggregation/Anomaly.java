// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import dev.rivulet.federated.aggregation.CoordinateMedian;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far an update lies from those of the other devices of its round, measured from the median of each coordinate, which fewer than
 * half of them can move. One device that lies apart may be dishonest, or have examples that nobody else has.
 *
 * @param distance to the median, in units of what is usual in the round: 1 is usual
 * @param cosine to the median, from −1 to 1: below 0 works against the others
 */
public record Anomaly(double distance, double cosine) {

    /** Fewest updates that have a middle. */
    public static final int LEAST = 3;

    /** One for each update, in their order; of differences alone. Empty if there are fewer than {@link #LEAST}. */
    public static List<Anomaly> of(List<Update> updates) {
        if (updates.size() < LEAST || updates.stream().anyMatch(it -> it.kind() != Update.Kind.DELTA)) {
            return List.of();
        }
        List<float[]> rows =
                updates.stream().map(update -> update.values().values()).toList();
        float[] middle = new CoordinateMedian().combine(rows);
        double[] distances = rows.stream()
                .mapToDouble(row -> Math.sqrt(Vectors.squaredDistance(row, middle)))
                .toArray();
        double[] sorted = distances.clone();
        Arrays.sort(sorted);
        double usual = sorted[(sorted.length - 1) / 2];
        List<Anomaly> all = new ArrayList<>();
        double square = Vectors.dot(middle, middle);
        for (int i = 0; i < distances.length; i++) {
            all.add(new Anomaly(ratio(distances[i], usual), cosine(rows.get(i), middle, square)));
        }
        return all;
    }

    /** Mean of distances; of one or more. */
    public static double meanDistance(List<Anomaly> scores) {
        return scores.stream().mapToDouble(Anomaly::distance).average().orElseThrow();
    }

    private static double ratio(double distance, double usual) {
        if (usual > 0) {
            return Math.min(distance / usual, Float.MAX_VALUE);
        }
        return distance > 0 ? Float.MAX_VALUE : 1;
    }

    private static double cosine(float[] row, float[] middle, double squareOfMiddle) {
        double square = Vectors.dot(row, row);
        return square > 0 && squareOfMiddle > 0 ? Vectors.dot(row, middle) / Math.sqrt(square * squareOfMiddle) : 0;
    }
}
