// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * The mean of all updates, weighted by their examples (McMahan et al., arXiv 1602.05629, algorithm 1), times a server learning rate
 * (arXiv 2003.00295).
 *
 * @param serverRate 1 for the plain mean; Reptile's outer step where devices personalise
 */
public record FedAvg(double serverRate) implements Summing {

    /** The plain mean. */
    public static final FedAvg PLAIN = new FedAvg(1);

    public FedAvg {
        Settings.positive("the server's rate", serverRate);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Plain(0, model);
    }

    @Override
    public Term term(ServerState state, Update update) {
        return Term.byExamples(update);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        return step(ServerState.as(ServerState.Plain.class, state), sum, serverRate);
    }

    static ServerState step(ServerState.Plain state, PartialSum sum, double rate) {
        if (sum.count() == 0) {
            return state;
        }
        Parameters model = state.model();
        return new ServerState.Plain(state.version() + 1, model.plus(sum.mean(model), (float) rate));
    }
}
