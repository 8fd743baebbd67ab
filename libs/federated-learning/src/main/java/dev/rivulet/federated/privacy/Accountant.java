// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.List;

/** Says what a list of uses has spent together. */
public interface Accountant {

    /**
     * The smallest ε that the accountant can vouch for: the uses together are (ε, δ)-differentially private.
     *
     * @param spent in any order; of nothing, ε is 0
     * @param delta in (0, 1)
     * @return at least 0; {@link Double#POSITIVE_INFINITY} where no ε holds
     * @throws IllegalArgumentException if the accountant does not know a mechanism
     */
    double epsilon(List<Spent> spent, double delta);

    /** @throws IllegalArgumentException unless δ is in (0, 1) */
    static void requireDelta(double delta) {
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("δ is in (0, 1), not " + delta);
        }
    }
}
