// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/** What a strategy keeps from one round to the next. Immutable; its arrays are never written again. */
public sealed interface ServerState {

    /** Number of times the model has changed. */
    long version();

    /** The model that devices begin with. */
    Parameters model();

    /**
     * The same as the state of another version: what begins anew from a model that is not the first.
     *
     * @param version 0 or more
     */
    default ServerState at(long version) {
        return switch (this) {
            case Plain it -> new Plain(version, it.model());
            case Momentum it -> new Momentum(version, it.model(), it.velocity());
            case Moments it -> new Moments(version, it.model(), it.first(), it.second());
            case Controlled it -> new Controlled(version, it.model(), it.control());
            case Buffered it -> new Buffered(version, it.model(), it.buffer());
        };
    }

    /** The model alone. */
    record Plain(long version, Parameters model) implements ServerState {}

    /** With the velocity of FedAvgM. */
    record Momentum(long version, Parameters model, Parameters velocity) implements ServerState {}

    /**
     * With the moments of an adaptive optimiser.
     *
     * @param first running mean of the differences
     * @param second running mean or sum of their squares
     */
    record Moments(long version, Parameters model, Parameters first, Parameters second) implements ServerState {}

    /** With the server's control variate of SCAFFOLD, which devices need beside the model. */
    record Controlled(long version, Parameters model, Parameters control) implements ServerState {}

    /**
     * With the updates that wait for others.
     *
     * @param buffer their sum; never added to
     */
    record Buffered(long version, Parameters model, PartialSum buffer) implements ServerState {}

    /** A state of the kind that a strategy continues from. */
    static <S extends ServerState> S as(Class<S> kind, ServerState state) {
        if (!kind.isInstance(state)) {
            throw new IllegalArgumentException("this strategy continues from a state with "
                    + kind.getSimpleName() + ", not " + state.getClass().getSimpleName()
                    + ": begin anew from its model");
        }
        return kind.cast(state);
    }

    /** What was accepted. */
    static Update usable(Checked<Update> checked) {
        return switch (checked) {
            case Accepted<Update>(Update update) -> update;
            case Refused<Update>(var reason, String detail) ->
                throw new IllegalArgumentException("an update can't be used: " + reason.code() + ", " + detail);
        };
    }
}
