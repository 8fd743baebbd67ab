// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Multinomial logistic regression: tensors {@code weight} (dimensions × classes) and {@code bias} (classes). Begins at zero; its loss
 * has no local optima.
 *
 * @param dimensions 1 or more
 * @param classes 2 or more
 */
public record SoftmaxRegression(int dimensions, int classes) implements Network {

    public SoftmaxRegression {
        if (dimensions < 1 || classes < 2) {
            throw new IllegalArgumentException("a classifier has 1 dimension or more and 2 classes or more");
        }
    }

    private Dense layer() {
        return new Dense(0, dimensions, classes);
    }

    @Override
    public Layout layout() {
        return new Layout(List.of(
                new Layout.Tensor("weight", List.of(dimensions, classes)),
                new Layout.Tensor("bias", List.of(classes))));
    }

    @Override
    public Parameters begin(RandomGenerator random) {
        return Parameters.zeros(layout());
    }

    @Override
    public void scores(float[] weights, Examples examples, int at, float[] scores) {
        layer().forward(weights, examples.features(), at * dimensions, scores);
    }

    @Override
    public Objective on(Examples examples) {
        return new CrossEntropy(layer(), examples);
    }

    private record CrossEntropy(Dense layer, Examples examples) implements Objective {

        @Override
        public int count() {
            return examples.count();
        }

        @Override
        public double gradient(float[] weights, int[] order, int from, int to, float[] gradient) {
            Arrays.fill(gradient, 0);
            float[] scores = new float[layer.outputs()];
            double loss = 0;
            float share = 1f / (to - from);
            for (int i = from; i < to; i++) {
                int at = order[i] * layer.inputs();
                int label = examples.labels()[order[i]];
                layer.forward(weights, examples.features(), at, scores);
                loss += Softmax.inPlace(scores, label);
                scores[label] -= 1;
                for (int c = 0; c < scores.length; c++) {
                    scores[c] *= share;
                }
                layer.backward(gradient, examples.features(), at, scores);
            }
            return loss * share;
        }
    }
}
