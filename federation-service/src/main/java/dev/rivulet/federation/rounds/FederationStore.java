// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where federations are kept. */
public interface FederationStore {

    /** Whether the federation was added; false if there is one of its name. */
    boolean add(Federation federation);

    /** Keeps whether rounds begin. */
    void running(String name, boolean running);

    /** Keeps other settings, and that they were changed. */
    void settings(String name, FederationSettings settings);

    /** Settings that a federation was changed to, the first change first; at most so many of the last. */
    List<Change> changes(String name, int most);

    /** One change of settings. */
    record Change(Instant at, FederationSettings settings) {}

    /** The federation of a name. */
    Optional<Federation> find(String name);

    /** All, by name. */
    List<Federation> all();
}
