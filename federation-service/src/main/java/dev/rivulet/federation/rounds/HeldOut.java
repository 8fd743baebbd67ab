// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.Mlp;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.Arrays;
import java.util.List;

/**
 * Examples that no device has, with which the service measures each version when it is made.
 *
 * @param hidden units of the hidden layer of a perceptron; 0 for a softmax regression
 */
public record HeldOut(int hidden, Examples examples) {

    /** Bytes of features that a set may have. */
    public static final int MOST_FEATURES = 1 << 22;

    public HeldOut {
        if (hidden < 0 || examples.count() < 1) {
            throw new IllegalArgumentException("a held-out set has an example or more, and hidden is 0 or more");
        }
        if (examples.features().length > MOST_FEATURES) {
            throw new IllegalArgumentException("a held-out set has at most " + MOST_FEATURES + " features");
        }
    }

    private Network network() {
        return hidden == 0
                ? new SoftmaxRegression(examples.dimensions(), examples.classes())
                : new Mlp(examples.dimensions(), hidden, examples.classes());
    }

    /** Whether a model of these tensors can be measured: the shapes are those of the network, in its order. */
    public boolean suits(Layout layout) {
        return shapes(layout).equals(shapes(network().layout()));
    }

    private static List<List<Integer>> shapes(Layout layout) {
        return layout.tensors().stream().map(Layout.Tensor::shape).toList();
    }

    /** How well a model does that suits. */
    Evaluation evaluate(Parameters model) {
        return network().evaluate(model, examples);
    }

    /** Whether all features are numbers. */
    public boolean finite() {
        float[] features = examples.features();
        for (float feature : features) {
            if (!Float.isFinite(feature)) {
                return false;
            }
        }
        return Arrays.stream(examples.labels()).allMatch(label -> label >= 0);
    }
}
