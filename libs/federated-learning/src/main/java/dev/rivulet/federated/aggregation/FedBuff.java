// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import java.util.List;

/**
 * FedBuff (Nguyen et al., arXiv 2106.06639, algorithm 1): updates come at any time and wait in a buffer; once it holds K of them,
 * {@code w += η Σ s(τ_i) Δ_i / K} and the buffer is empty. Nobody waits for a straggler.
 *
 * @param buffer K, 1 or more; 10 in the paper
 * @param serverRate η, above 0
 * @param staleness s; {@code (1 + τ)^−0.5} in the paper
 * @param mostStaleness versions that may have come since the base of an update
 */
public record FedBuff(int buffer, double serverRate, Staleness staleness, long mostStaleness) implements Summing {

    /** The paper's settings, with at most 100 versions of staleness. */
    public static final FedBuff USUAL = new FedBuff(10, 1, new Staleness.Polynomial(0.5), 100);

    public FedBuff {
        Settings.positive("the buffer", buffer);
        Settings.positive("the server's rate", serverRate);
        Settings.notNegative("the most staleness", (double) mostStaleness);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Buffered(0, model, new PartialSum(model.layout()));
    }

    @Override
    public Checked<Update> check(ServerState state, Update update) {
        if (update.kind() == Update.Kind.RESULT) {
            return new Refused<>(
                    Reason.INCOMPLETE, "FedBuff needs differences: the bases of older models are no longer there");
        }
        return Summing.super.check(state, update);
    }

    @Override
    public Term term(ServerState state, Update update) {
        return new Term(update, staleness.factor(state.version() - update.baseVersion()), 1);
    }

    /** Adds the updates one by one, so that the staleness of each is that of its arrival. */
    @Override
    public ServerState aggregate(ServerState state, List<Update> updates) {
        ServerState next = state;
        for (Update update : updates) {
            next = apply(next, sum(next, List.of(update)));
        }
        return next;
    }

    /** Adds a sum to the buffer; empties the buffer if it then holds K updates or more. */
    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        ServerState.Buffered before = ServerState.as(ServerState.Buffered.class, state);
        PartialSum waiting = before.buffer().copy();
        waiting.merge(sum);
        if (waiting.count() < buffer) {
            return new ServerState.Buffered(before.version(), before.model(), waiting);
        }
        Parameters model = before.model();
        return new ServerState.Buffered(
                before.version() + 1,
                model.plus(waiting.mean(model), (float) serverRate),
                new PartialSum(model.layout()));
    }
}
