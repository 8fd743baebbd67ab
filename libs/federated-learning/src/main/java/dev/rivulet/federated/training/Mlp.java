// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One hidden layer with ReLU: tensors {@code hidden.weight} (dimensions × hidden), {@code hidden.bias}, {@code head.weight}
 * (hidden × classes), {@code head.bias}. Weights begin as He et al. (arXiv 1502.01852) say.
 *
 * @param dimensions 1 or more
 * @param hidden 1 or more
 * @param classes 2 or more
 */
public record Mlp(int dimensions, int hidden, int classes) implements Network {

    public Mlp {
        if (dimensions < 1 || hidden < 1 || classes < 2) {
            throw new IllegalArgumentException(
                    "a network has 1 dimension and hidden unit or more and 2 classes or more");
        }
    }

    private Dense first() {
        return new Dense(0, dimensions, hidden);
    }

    private Dense head() {
        return new Dense(first().end(), hidden, classes);
    }

    @Override
    public Layout layout() {
        return new Layout(List.of(
                new Layout.Tensor("hidden.weight", List.of(dimensions, hidden)),
                new Layout.Tensor("hidden.bias", List.of(hidden)),
                new Layout.Tensor("head.weight", List.of(hidden, classes)),
                new Layout.Tensor("head.bias", List.of(classes))));
    }

    @Override
    public Parameters begin(RandomGenerator random) {
        float[] weights = new float[layout().size()];
        fill(weights, first(), random);
        fill(weights, head(), random);
        return new Parameters(layout(), weights);
    }

    private static void fill(float[] weights, Dense layer, RandomGenerator random) {
        double deviation = Math.sqrt(2.0 / layer.inputs());
        for (int i = 0; i < layer.inputs() * layer.outputs(); i++) {
            weights[layer.at() + i] = (float) (deviation * random.nextGaussian());
        }
    }

    @Override
    public void scores(float[] weights, Examples examples, int at, float[] scores) {
        float[] activations = new float[hidden];
        first().forward(weights, examples.features(), at * dimensions, activations);
        relu(activations);
        head().forward(weights, activations, 0, scores);
    }

    private static void relu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
    }

    @Override
    public Objective on(Examples examples) {
        return new CrossEntropy(first(), head(), examples);
    }

    private record CrossEntropy(Dense first, Dense head, Examples examples) implements Objective {

        @Override
        public int count() {
            return examples.count();
        }

        @Override
        public double gradient(float[] weights, int[] order, int from, int to, float[] gradient) {
            Arrays.fill(gradient, 0);
            float[] activations = new float[first.outputs()];
            float[] upstream = new float[first.outputs()];
            float[] scores = new float[head.outputs()];
            double loss = 0;
            float share = 1f / (to - from);
            for (int i = from; i < to; i++) {
                int at = order[i] * first.inputs();
                int label = examples.labels()[order[i]];
                first.forward(weights, examples.features(), at, activations);
                relu(activations);
                head.forward(weights, activations, 0, scores);
                loss += Softmax.inPlace(scores, label);
                scores[label] -= 1;
                for (int c = 0; c < scores.length; c++) {
                    scores[c] *= share;
                }
                head.backward(gradient, activations, 0, scores);
                head.inputs(weights, scores, upstream);
                for (int h = 0; h < upstream.length; h++) {
                    upstream[h] = activations[h] > 0 ? upstream[h] : 0;
                }
                first.backward(gradient, examples.features(), at, upstream);
            }
            return loss * share;
        }
    }
}
