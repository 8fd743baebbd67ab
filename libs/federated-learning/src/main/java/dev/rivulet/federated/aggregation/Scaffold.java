// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;

/**
 * SCAFFOLD (Karimireddy et al., arXiv 1910.06378, algorithm 1): devices correct each step by {@code c − c_i} and send, beside their
 * difference, the change of {@code c_i}. The server takes plain means: {@code x += η mean(Δy)}, {@code c += |S|/N mean(Δc)}.
 *
 * @param serverRate η, above 0; 1 in the paper's experiments
 * @param population N, all devices of the federation: 1 or more
 */
public record Scaffold(double serverRate, int population) implements Summing {

    public Scaffold {
        Settings.positive("the server's rate", serverRate);
        Settings.positive("the population", population);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Controlled(0, model, Parameters.zeros(model.layout()));
    }

    @Override
    public Checked<Update> check(ServerState state, Update update) {
        Parameters control = update.control();
        if (control == null) {
            return new Refused<>(Reason.INCOMPLETE, "SCAFFOLD needs the change of the device's control variate");
        }
        if (!control.layout().equals(state.model().layout())) {
            return new Refused<>(Reason.WRONG_SHAPE, "the tensors of its control variate are not those of the model");
        }
        return Summing.super.check(state, update);
    }

    @Override
    public Term term(ServerState state, Update update) {
        return Term.equal(update);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        ServerState.Controlled before = ServerState.as(ServerState.Controlled.class, state);
        if (sum.count() == 0) {
            return before;
        }
        Parameters model = before.model().plus(sum.mean(before.model()), (float) serverRate);
        Parameters control = before.control().plus(sum.controlsOver(population), 1);
        return new ServerState.Controlled(before.version() + 1, model, control);
    }
}
