// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import java.util.List;

/**
 * How updates become a model. A strategy is its settings and nothing else: what it remembers from one round to the next is in the
 * {@link ServerState} that it takes and gives, so that a round can be replayed and a crash loses nothing.
 */
public sealed interface Strategy permits Summing, Selecting, FedAsync {

    /** The state before the first round: version 0. */
    ServerState begin(Parameters model);

    /**
     * The state after some updates; the same state if there are none.
     *
     * @throws IllegalArgumentException if {@link #check} refuses one of them, if there are fewer than {@link #least()}, or if the
     *     state is of another strategy
     */
    ServerState aggregate(ServerState state, List<Update> updates);

    /** Whether the strategy can use an update of a device in that state. Values are taken as finite. */
    default Checked<Update> check(ServerState state, Update update) {
        if (!update.values().layout().equals(state.model().layout())) {
            return new Refused<>(Reason.WRONG_SHAPE, "its tensors are not those of the model");
        }
        if (update.baseVersion() > state.version()) {
            return new Refused<>(
                    Reason.UNKNOWN_BASE,
                    "its base is version " + update.baseVersion() + ", the model's is " + state.version());
        }
        long staleness = state.version() - update.baseVersion();
        if (staleness > mostStaleness()) {
            return new Refused<>(
                    Reason.STALE,
                    "its base is " + staleness + " versions old, at most " + mostStaleness() + " are taken");
        }
        return new Accepted<>(update);
    }

    /** Versions that may have come since the base of an update: 0 in synchronous rounds. */
    default long mostStaleness() {
        return 0;
    }

    /** Fewest updates that make a model. */
    default int least() {
        return 1;
    }
}
