// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.Optional;

/** Where held-out sets are kept. */
public interface HeldOutStore {

    /** Keeps the set of a federation in place of one that is there. */
    void put(String federation, HeldOut set);

    /** The set of a federation. */
    Optional<HeldOut> find(String federation);
}
