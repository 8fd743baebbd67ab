// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * FedAdam (Reddi et al., arXiv 2003.00295, algorithm 2): {@code v = β2 v + (1 − β2) Δ²}. See {@link Adaptive}.
 *
 * @param serverRate η, above 0
 * @param beta1 decay of the first moment, from 0 to below 1
 * @param beta2 decay of the second moment, from 0 to below 1
 * @param tau how adaptive it is: smaller is more; above 0
 */
public record FedAdam(double serverRate, double beta1, double beta2, double tau) implements Summing {

    /** The paper's usual settings. */
    public static final FedAdam USUAL = new FedAdam(0.1, 0.9, 0.99, 1e-3);

    public FedAdam {
        Settings.positive("the server's rate", serverRate);
        Settings.fraction("beta1", beta1);
        Settings.fraction("beta2", beta2);
        Settings.positive("tau", tau);
    }

    @Override
    public ServerState begin(Parameters model) {
        return Adaptive.begin(model, tau);
    }

    @Override
    public Term term(ServerState state, Update update) {
        return Term.byExamples(update);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        return new Adaptive(serverRate, beta1, beta2, tau, Adaptive.Second.ADAM).step(state, sum);
    }
}
