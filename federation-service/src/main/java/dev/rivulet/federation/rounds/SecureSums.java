// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.Optional;
import java.util.OptionalInt;

/** Sums a round's updates without seeing one. */
public interface SecureSums {

    /**
     * Lets the aggregation of a round go on: steps whose time is over are closed, and devices that dropped out not waited for.
     *
     * @return {@link RoundInput.Summed} or {@link RoundInput.Unsummed} as soon as it has ended, and again until it is forgotten
     */
    Optional<RoundInput> goOn(Federation federation, long round, Collecting at);

    /**
     * Devices whose vectors are all in a sum that has their noise, and whose masks wait until that is paid for; empty where nothing is
     * owed now.
     */
    OptionalInt owed(String federation, long round);

    /** What was {@link #owed} is written down: devices are asked for what takes the masks off. */
    void paid(String federation, long round);

    /**
     * The mean of a sum that a round has closed with, as one update.
     *
     * @throws UnusableContributionException if its bytes are no longer what they were, or are no sum of vectors that keep the rules
     */
    Update mean(Federation federation, long round, Collecting at, RoundEvent.Sum sum, Layout layout);

    /** A round is over: whoever still waits in it is told, and its sum is not needed any more. */
    void forget(String federation, long round);
}
