// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federation.rounds.RoundState.Collecting;

/** Sums the updates of a round in shards, by all instances; there is none unless it is switched on. */
public interface PartialSums {

    /** Float32 values that a model may have: a sum in double precision is one record. */
    int MOST_VALUES = 1_000_000;

    /**
     * The sum of a round's counted updates, each in it once. Waits for the shards.
     *
     * @throws IllegalStateException if they did not come in time: ask again
     * @throws UnusableContributionException if the bytes of a counted update are no longer what they were
     */
    PartialSum of(Federation federation, long round, Collecting collected, Layout layout);

    /** The sums of a round that is over are not needed any more. */
    void forget(String federation, long round);
}
