package dev.rivulet.federation.rounds;

import java.util.List;
import java.util.Optional;

/** Where federations are kept. */
public interface FederationStore {

    /** Whether the federation was added; false if there is one of its name. */
    boolean add(Federation federation);

    /** Keeps whether rounds begin. */
    void running(String name, boolean running);

    /** The federation of a name. */
    Optional<Federation> find(String name);

    /** All, by name. */
    List<Federation> all();
}
