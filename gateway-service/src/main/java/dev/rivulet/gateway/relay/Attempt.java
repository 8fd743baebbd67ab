// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.routing.Replica;
import java.util.HashSet;
import java.util.Set;

/**
 * One attempt at a request.
 *
 * @param tried ids of replicas that failed it, or did not take it
 * @param number counts replicas that were asked, from 1
 * @param again whether the same replica was asked just before
 * @param trail where the request is, for a second attempt beside this one
 */
record Attempt(Set<String> tried, int number, boolean again, Trail trail) {

    static Attempt first(Trail trail) {
        return new Attempt(Set.of(), 1, false, trail);
    }

    Attempt elsewhere(Replica failed) {
        return new Attempt(without(failed), number + 1, false, trail);
    }

    /** It was not asked, so this does not count. */
    Attempt passing(Replica guarded) {
        return new Attempt(without(guarded), number, false, trail);
    }

    Attempt sameAgain() {
        return new Attempt(tried, number + 1, true, trail);
    }

    /** The replicas that are not to be asked: those that were tried, and the one that a second attempt is at. */
    Set<String> without() {
        return trail.withSecond(tried);
    }

    private Set<String> without(Replica replica) {
        Set<String> without = new HashSet<>(tried);
        without.add(replica.id());
        return without;
    }
}
