// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.Arrays;
import java.util.List;

/** Lengths and distances of long vectors, summed in double precision in loops that a compiler makes wide. */
final class Distances {

    /** Sums kept side by side: adding to one sum would make every step wait for the one before. */
    private static final int LANES = 1024;

    private Distances() {}

    /** Euclidean length of the difference that an update is, or makes. */
    static double length(Update update, Parameters base) {
        return switch (update.kind()) {
            case DELTA -> Math.sqrt(square(update.values().values(), new float[LANES], false));
            case RESULT -> Math.sqrt(square(update.values().values(), base.values(), true));
        };
    }

    /** Squared distances of all pairs; symmetric, zero on the diagonal. */
    static double[][] squares(List<float[]> rows) {
        double[][] squares = new double[rows.size()][rows.size()];
        for (int i = 0; i < squares.length; i++) {
            for (int j = 0; j < i; j++) {
                squares[i][j] = square(rows.get(i), rows.get(j), true);
                squares[j][i] = squares[i][j];
            }
        }
        return squares;
    }

    /** @param step whether {@code other} goes on with the values, or is read from its beginning for every block */
    private static double square(float[] values, float[] other, boolean step) {
        double[] lanes = new double[LANES];
        for (int from = 0; from < values.length; from += LANES) {
            add(lanes, values, from, other, step ? from : 0, Math.min(LANES, values.length - from));
        }
        return Arrays.stream(lanes).sum();
    }

    private static void add(double[] lanes, float[] values, int from, float[] other, int otherFrom, int count) {
        for (int i = 0; i < count; i++) {
            double difference = (double) values[from + i] - other[otherFrom + i];
            lanes[i] += difference * difference;
        }
    }
}
