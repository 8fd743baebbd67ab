// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;

/**
 * q-FedAvg (Li et al., arXiv 1905.10497, algorithm 2): devices with a high loss count more, so that accuracy is spread evenly. With
 * {@code F} the loss before training and {@code Δw = L (w − w̄)}: {@code w −= Σ F^q Δw / Σ (q F^(q−1) ‖Δw‖² + L F^q)}. Every
 * update needs the metric {@link Update#LOSS_BEFORE}, which a device can make up: not for devices that are not trusted.
 *
 * @param q 0 is an unweighted FedAvg; more is more even; 0 or more
 * @param lipschitz L, above 0: one over the devices' learning rate
 */
public record QFedAvg(double q, double lipschitz) implements Summing {

    /** Added to losses, so that a device without loss does not divide by zero. */
    private static final double SMALL = 1e-10;

    public QFedAvg {
        Settings.notNegative("q", q);
        Settings.positive("lipschitz", lipschitz);
    }

    @Override
    public ServerState begin(Parameters model) {
        return new ServerState.Plain(0, model);
    }

    @Override
    public Checked<Update> check(ServerState state, Update update) {
        double loss = update.metric(Update.LOSS_BEFORE).orElse(-1.0);
        if (!(loss >= 0) || loss == Double.POSITIVE_INFINITY) {
            return new Refused<>(
                    Reason.INCOMPLETE, "q-FedAvg needs the metric '" + Update.LOSS_BEFORE + "', which is 0 or more");
        }
        return Summing.super.check(state, update);
    }

    @Override
    public Term term(ServerState state, Update update) {
        double loss = update.metric(Update.LOSS_BEFORE).orElseThrow() + SMALL;
        double norm = lipschitz * Distances.length(update, state.model());
        double factor = lipschitz * Math.pow(loss, q);
        return new Term(update, factor, q * Math.pow(loss, q - 1) * norm * norm + factor);
    }

    @Override
    public ServerState apply(ServerState state, PartialSum sum) {
        return FedAvg.step(ServerState.as(ServerState.Plain.class, state), sum, 1);
    }
}
