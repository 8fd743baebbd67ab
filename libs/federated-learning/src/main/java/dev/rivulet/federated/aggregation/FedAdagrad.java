// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;

/**
 * FedAdagrad (Reddi et al., arXiv 2003.00295, algorithm 2): {@code v += Δ²}, so that steps only become shorter. See {@link Adaptive}.
 *
 * @param serverRate η, above 0
 * @param beta1 decay of the first moment, from 0 to below 1
 * @param tau how adaptive it is: smaller is more; above 0
 */
public record FedAdagrad(double serverRate, double beta1, double tau) implements Summing {

    /** The paper's usual settings. */
    public static final FedAdagrad USUAL = new FedAdagrad(0.1, 0, 1e-3);

    public FedAdagrad {
        Settings.positive("the server's rate", serverRate);
        Settings.fraction("beta1", beta1);
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
        return new Adaptive(serverRate, beta1, 0, tau, Adaptive.Second.ADAGRAD).step(state, sum);
    }
}
