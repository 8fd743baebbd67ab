// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * FedAvg with momentum on the server (Hsu et al., arXiv 1909.06335, section 4.3): {@code v = βv + Δ}, {@code w += ηv}.
 *
 * @param serverRate η, above 0
 * @param momentum β, from 0 to below 1
 */
public record FedAvgM(double serverRate, double momentum) implements Summing {

    public FedAvgM {
        Settings.positive("the server's rate", serverRate);
        Settings.fraction("momentum", momentum);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Momentum(0, model, Parameters.zeros(model.layout()));
    }

    @Override
    public Term term(ServerState state, Update update) {
        return Term.byExamples(update);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        ServerState.Momentum before = ServerState.as(ServerState.Momentum.class, state);
        if (sum.count() == 0) {
            return before;
        }
        Parameters model = before.model();
        Parameters velocity = sum.mean(model).plus(before.velocity(), (float) momentum);
        return new ServerState.Momentum(state.version() + 1, model.plus(velocity, (float) serverRate), velocity);
    }
}
