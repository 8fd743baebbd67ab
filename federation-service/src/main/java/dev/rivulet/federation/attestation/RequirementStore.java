// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where it is kept what federations want of devices. */
public interface RequirementStore {

    /** Empty if a token is enough. */
    Optional<Requirement> find(String federation);

    /**
     * Keeps what a federation wants from now on.
     *
     * @param requirement null if a token is enough
     * @return whether there is such a federation
     */
    boolean keep(String federation, @Nullable Requirement requirement);
}
