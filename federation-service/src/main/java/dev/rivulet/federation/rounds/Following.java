// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

/** Knows which federations follow another: each of their rounds begins when that one asks for it, from its model. */
@FunctionalInterface
public interface Following {

    /** Whether a federation begins no round by itself. */
    boolean follows(String federation);
}
