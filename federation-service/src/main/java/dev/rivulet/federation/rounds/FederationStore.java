package dev.rivulet.federation.rounds;

import java.util.List;

/** Where federations are kept. */
public interface FederationStore {

    /** Whether the federation was added; false if there is one of its name. */
    boolean add(Federation federation);

    /** Keeps whether rounds begin. */
    void running(String name, boolean running);

    /** All, by name. */
    List<Federation> all();
}
