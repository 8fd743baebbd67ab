// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Parameters;
import java.util.Arrays;

/**
 * The server optimisers of arXiv 2003.00295, algorithm 2: {@code m = β1 m + (1 − β1) Δ}, a second moment {@code v}, and
 * {@code w += η m / (√v + τ)}. There is no bias correction. {@code v} begins at τ², as the paper asks.
 */
record Adaptive(double rate, double beta1, double beta2, double tau, Second second) {

    /** How the second moment changes. */
    enum Second {
        ADAM,
        YOGI,
        ADAGRAD
    }

    static ServerState begin(Parameters model, double tau) {
        float[] second = new float[model.size()];
        Arrays.fill(second, (float) (tau * tau));
        return new ServerState.Moments(
                0, model, Parameters.zeros(model.layout()), new Parameters(model.layout(), second));
    }

    ServerState step(ServerState state, PartialSum sum) {
        ServerState.Moments before = ServerState.as(ServerState.Moments.class, state);
        if (sum.count() == 0) {
            return before;
        }
        float[] delta = sum.mean(before.model()).values();
        float[] first = first(before.first().values(), delta);
        float[] squares = squares(before.second().values(), delta);
        float[] model = before.model().values().clone();
        for (int i = 0; i < model.length; i++) {
            model[i] += (float) (rate * first[i] / (Math.sqrt(squares[i]) + tau));
        }
        var layout = before.model().layout();
        return new ServerState.Moments(
                before.version() + 1,
                new Parameters(layout, model),
                new Parameters(layout, first),
                new Parameters(layout, squares));
    }

    private float[] first(float[] before, float[] delta) {
        float[] first = new float[delta.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = (float) (beta1 * before[i] + (1 - beta1) * delta[i]);
        }
        return first;
    }

    private float[] squares(float[] before, float[] delta) {
        float[] after = new float[delta.length];
        switch (second) {
            case ADAM -> {
                for (int i = 0; i < after.length; i++) {
                    after[i] = (float) (beta2 * before[i] + (1 - beta2) * delta[i] * delta[i]);
                }
            }
            case YOGI -> {
                for (int i = 0; i < after.length; i++) {
                    double square = (double) delta[i] * delta[i];
                    after[i] = (float) (before[i] - (1 - beta2) * square * Math.signum(before[i] - square));
                }
            }
            case ADAGRAD -> {
                for (int i = 0; i < after.length; i++) {
                    after[i] = before[i] + delta[i] * delta[i];
                }
            }
        }
        return after;
    }
}
