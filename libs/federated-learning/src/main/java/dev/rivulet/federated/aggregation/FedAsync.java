// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import java.util.List;

/**
 * FedAsync (Xie et al., arXiv 1903.03934, algorithm 1): every update makes a version, {@code w = (1 − α_t) w + α_t w_new} with
 * {@code α_t = α s(t − τ)}. The order of updates matters, so that there is no sum to make in parts.
 *
 * @param alpha α, above 0 and at most 1; 0.6 in the paper
 * @param staleness s
 * @param mostStaleness versions that may have come since the base of an update
 */
public record FedAsync(double alpha, Staleness staleness, long mostStaleness) implements Strategy {

    public FedAsync {
        Settings.positive("alpha", alpha);
        Settings.notNegative("the most staleness", (double) mostStaleness);
        if (alpha > 1) {
            throw new IllegalArgumentException("alpha is at most 1, not " + alpha);
        }
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Plain(0, model);
    }

    @Override
    public Checked<Update> check(ServerState state, Update update) {
        if (update.kind() == Update.Kind.DELTA && update.baseVersion() != state.version()) {
            return new Refused<>(
                    Reason.INCOMPLETE, "FedAsync needs the model after training: its base is no longer there");
        }
        return Strategy.super.check(state, update);
    }

    @Override
    public ServerState aggregate(ServerState state, List<Update> updates) {
        ServerState.Plain next = ServerState.as(ServerState.Plain.class, state);
        for (Update update : updates) {
            next = mixed(next, ServerState.usable(check(next, update)));
        }
        return next;
    }

    private ServerState.Plain mixed(ServerState.Plain state, Update update) {
        double share = alpha * staleness.factor(state.version() - update.baseVersion());
        Parameters model = state.model();
        boolean delta = update.kind() == Update.Kind.DELTA;
        Parameters difference = delta ? update.values() : update.values().minus(model);
        return new ServerState.Plain(state.version() + 1, model.plus(difference, (float) share));
    }
}
