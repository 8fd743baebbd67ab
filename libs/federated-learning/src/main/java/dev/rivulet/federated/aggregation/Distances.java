// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.Vectors;
import java.util.List;

/** Lengths of updates and distances between them, summed in double precision. */
final class Distances {

    private Distances() {}

    /** Euclidean length of the difference that an update is, or makes. */
    static double length(Update update, Parameters base) {
        return switch (update.kind()) {
            case DELTA -> update.values().norm();
            case RESULT -> Math.sqrt(Vectors.squaredDistance(update.values().values(), base.values()));
        };
    }

    /** Squared distances of all pairs; symmetric, zero on the diagonal. */
    static double[][] squares(List<float[]> rows) {
        double[][] squares = new double[rows.size()][rows.size()];
        for (int i = 0; i < squares.length; i++) {
            for (int j = 0; j < i; j++) {
                squares[i][j] = Vectors.squaredDistance(rows.get(i), rows.get(j));
                squares[j][i] = squares[i][j];
            }
        }
        return squares;
    }
}
