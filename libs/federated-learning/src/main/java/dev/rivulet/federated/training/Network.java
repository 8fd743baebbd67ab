// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.random.RandomGenerator;

/** A small classifier whose gradient is written out by hand. Immutable and safe for many threads. */
public sealed interface Network permits SoftmaxRegression, Mlp {

    /** Its tensors. */
    Layout layout();

    /** Weights to begin with. */
    Parameters begin(RandomGenerator random);

    /** Its mean cross-entropy over examples. */
    Objective on(Examples examples);

    /**
     * Scores of one example, whose softmax are probabilities.
     *
     * @param at index of the example
     * @param scores are overwritten; as many as classes
     */
    void scores(float[] weights, Examples examples, int at, float[] scores);

    /** How well a model does on examples, of which there is one or more. */
    default Evaluation evaluate(Parameters model, Examples examples) {
        float[] scores = new float[examples.classes()];
        double loss = 0;
        int right = 0;
        for (int i = 0; i < examples.count(); i++) {
            scores(model.values(), examples, i, scores);
            int label = examples.labels()[i];
            right += Softmax.greatest(scores) == label ? 1 : 0;
            loss += Softmax.inPlace(scores, label);
        }
        return new Evaluation(examples.count(), loss / examples.count(), (double) right / examples.count());
    }
}
