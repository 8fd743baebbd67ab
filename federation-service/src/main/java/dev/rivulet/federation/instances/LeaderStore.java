// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import java.time.Instant;
import java.util.Optional;

/** Where it is kept who leads a federation. */
public interface LeaderStore {

    /**
     * Takes the lead, under an epoch that is greater than all before it. What the leader before it begins to write after this is
     * refused.
     *
     * @return empty if there is no such federation
     */
    Optional<Leader> claim(String federation, String address, Instant now);

    /** Who took the lead last; it may be dead. */
    Optional<Leader> leader(String federation);
}
