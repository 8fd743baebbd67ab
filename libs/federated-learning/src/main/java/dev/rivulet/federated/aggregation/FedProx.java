// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * FedProx (Li et al., arXiv 1812.06127, algorithm 2). The server averages as FedAvg does; devices add {@code μ/2 ‖w − w_t‖²} to
 * their loss, and those that are cut off send what they have instead of being dropped.
 *
 * @param mu strength of the pull to the base: 0 or more; the paper's experiments use 0.001 to 1
 */
public record FedProx(double mu) implements Summing {

    public FedProx {
        Settings.notNegative("mu", mu);
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
        return FedAvg.step(ServerState.as(ServerState.Plain.class, state), sum, 1);
    }
}
