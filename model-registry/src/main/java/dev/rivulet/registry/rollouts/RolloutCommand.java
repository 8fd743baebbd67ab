// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

/** What somebody wants of a rollout that has started. */
public sealed interface RolloutCommand {

    /** Who wants it and why. */
    Decision decision();

    /** Replicas have the candidate ready. */
    record Prepare(Decision decision) implements RolloutCommand {}

    /** Replicas could not get the candidate ready. */
    record FailToPrepare(Decision decision) implements RolloutCommand {}

    /** Take the next step. */
    record Advance(Decision decision) implements RolloutCommand {}

    /** Take no step. */
    record Pause(Decision decision) implements RolloutCommand {}

    /** Take steps again. */
    record Resume(Decision decision) implements RolloutCommand {}

    /** The candidate has held. */
    record HoldOver(Decision decision) implements RolloutCommand {}

    /** Make the candidate the champion now. */
    record Promote(Decision decision) implements RolloutCommand {}

    /** The candidate is worse. */
    record RollBack(Decision decision) implements RolloutCommand {}

    /** Give the rollout up. */
    record Abort(Decision decision) implements RolloutCommand {}
}
