// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.simulation;

import dev.rivulet.federated.aggregation.Bulyan;
import dev.rivulet.federated.aggregation.CoordinateMedian;
import dev.rivulet.federated.aggregation.FedAdam;
import dev.rivulet.federated.aggregation.FedAsync;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.FedAvgM;
import dev.rivulet.federated.aggregation.FedBuff;
import dev.rivulet.federated.aggregation.FedProx;
import dev.rivulet.federated.aggregation.Krum;
import dev.rivulet.federated.aggregation.MultiKrum;
import dev.rivulet.federated.aggregation.NormBounding;
import dev.rivulet.federated.aggregation.Staleness;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.aggregation.TrimmedMean;
import java.util.List;

/**
 * Strategies by their names on the command line.
 *
 * @param cohort updates of a round
 * @param dishonest dishonest ones that a defence expects among them, less than half
 * @param bound length that norm bounding leaves an update
 */
record Strategies(int cohort, int dishonest, double bound) {
    static final List<String> OF_ROUNDS = List.of(
            "fedavg",
            "fedavgm",
            "fedprox",
            "fedadam",
            "norm-bound",
            "median",
            "trimmed-mean",
            "krum",
            "multi-krum",
            "bulyan");
    static final List<String> AT_ANY_TIME = List.of("fedbuff", "fedasync");

    private static final double MOST_TRIM = 0.49;
    private static final int BUFFER = 10;
    private static final long MOST_STALENESS = 200;

    /** @throws IllegalArgumentException if there is none of that name, or the cohort is too small for it */
    Strategy named(String name) {
        return switch (name) {
            case "fedavg" -> FedAvg.PLAIN;
            case "fedavgm" -> new FedAvgM(1, 0.9);
            case "fedprox" -> new FedProx(1);
            case "fedadam" -> new FedAdam(0.1, 0.9, 0.99, 1e-3);
            case "norm-bound" -> new NormBounding(bound);
            case "median" -> new CoordinateMedian();
            case "trimmed-mean" -> new TrimmedMean(Math.clamp((double) dishonest / cohort, 0.01, MOST_TRIM));
            case "krum" -> fitting(new Krum(expected()));
            case "multi-krum" -> fitting(new MultiKrum(expected(), Math.max(1, cohort - expected())));
            case "bulyan" -> fitting(new Bulyan(expected()));
            case "fedbuff" -> new FedBuff(BUFFER, 1, new Staleness.Polynomial(0.5), MOST_STALENESS);
            case "fedasync" -> new FedAsync(0.4, new Staleness.Polynomial(0.5), MOST_STALENESS);
            default ->
                throw new IllegalArgumentException("there is no strategy " + name + "; there are "
                        + String.join(", ", OF_ROUNDS) + ", and in mode async " + String.join(", ", AT_ANY_TIME));
        };
    }

    private int expected() {
        return Math.max(1, dishonest);
    }

    private Strategy fitting(Strategy strategy) {
        if (strategy.least() > cohort) {
            throw new IllegalArgumentException(strategy.getClass().getSimpleName() + " against " + expected()
                    + " dishonest devices needs a cohort of " + strategy.least() + ", not of " + cohort);
        }
        return strategy;
    }
}
