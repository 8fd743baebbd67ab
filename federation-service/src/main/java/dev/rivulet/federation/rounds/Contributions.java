// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Update;

/** Gives the updates that a round counted. */
public interface Contributions {

    /** What to read. */
    record Wanted(String federation, long round, String device, Contribution contribution, long base) {}

    /**
     * The update of a device, which was judged as usable before.
     *
     * @throws UnusableContributionException if its bytes are no longer what they were
     */
    Update read(Wanted wanted, Layout layout);

    /**
     * The same as the device sent it.
     *
     * @throws UnusableContributionException if its bytes are no longer what they were
     */
    byte[] bytes(Wanted wanted);

    /** The updates of a round that is over are not needed any more. */
    void forget(String federation, long round);
}
