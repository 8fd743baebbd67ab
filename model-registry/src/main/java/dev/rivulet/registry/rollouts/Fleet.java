// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import java.util.List;

/**
 * What the live replicas of a model tell of a candidate.
 *
 * @param live replicas that serve the model and reported lately
 * @param ready those that have the candidate ready
 * @param problems of replicas on which it failed, each with the replica's name
 * @param crashes replicas that started anew, without having been drained, since the rollout began
 */
public record Fleet(int live, int ready, List<String> problems, List<String> crashes) {

    /** Nobody tells anything. */
    public static final Fleet NONE = new Fleet(0, 0, List.of(), List.of());

    public Fleet {
        problems = List.copyOf(problems);
        crashes = List.copyOf(crashes);
    }
}
