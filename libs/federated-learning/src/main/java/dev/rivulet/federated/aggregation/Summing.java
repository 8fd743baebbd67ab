// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Update;
import java.util.List;

/**
 * A strategy that needs a weighted sum and no single update: the sum may be made in parts, by several instances, by a tree of
 * sites, or under masks that only the whole sum sheds.
 */
public sealed interface Summing extends Strategy
        permits FedAvg, FedAvgM, FedProx, FedAdam, FedYogi, FedAdagrad, Scaffold, FedBuff, QFedAvg, NormBounding {

    /** What an update adds to the sum. */
    Term term(ServerState state, Update update);

    /** The state after a round with that sum; the same state if nothing was added to it. */
    ServerState apply(ServerState state, PartialSum sum);

    /**
     * The sum of some updates.
     *
     * @throws IllegalArgumentException if {@link #check} refuses one of them
     */
    default PartialSum sum(ServerState state, List<Update> updates) {
        PartialSum sum = new PartialSum(state.model().layout());
        sum.add(updates.stream()
                .map(update -> term(state, ServerState.usable(check(state, update))))
                .toList());
        return sum;
    }

    @Override
    default ServerState aggregate(ServerState state, List<Update> updates) {
        return updates.isEmpty() ? state : apply(state, sum(state, updates));
    }
}
