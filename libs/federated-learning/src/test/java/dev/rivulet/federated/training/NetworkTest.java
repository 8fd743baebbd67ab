// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.update.Parameters;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetworkTest {

    private static final Examples FEW = new Examples(
            3, 4, new float[] {1, 2, 3, -1, 0, 1, 0.5f, -2, 0, 2, 2, -1, 0, 1, 0}, new int[] {0, 3, 1, 2, 3});

    @Test
    void atZeroEveryClassIsAsLikelyAndTheGradientIsWhatIsMissing() {
        SoftmaxRegression network = new SoftmaxRegression(3, 4);
        float[] gradient = new float[16];
        double loss = network.on(FEW).gradient(new float[16], new int[] {0}, 0, 1, gradient);
        assertThat(loss).isCloseTo(Math.log(4), within(1e-6));
        assertThat(gradient)
                .containsExactly(
                        -0.75f, 0.25f, 0.25f, 0.25f, -1.5f, 0.5f, 0.5f, 0.5f, -2.25f, 0.75f, 0.75f, 0.75f, -0.75f,
                        0.25f, 0.25f, 0.25f);
    }

    @Test
    void gradientsAreTheSlopesOfTheLoss() {
        assertSlopes(new SoftmaxRegression(3, 4));
        assertSlopes(new Mlp(3, 5, 4));
    }

    private static void assertSlopes(Network network) {
        Random random = new Random(1);
        float[] weights = new float[network.layout().size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        Objective objective = network.on(FEW);
        int[] order = {4, 2, 0, 1, 3};
        float[] gradient = new float[weights.length];
        objective.gradient(weights, order, 0, 5, gradient);
        float[] unused = new float[weights.length];
        float step = 1e-2f;
        for (int i = 0; i < weights.length; i++) {
            float kept = weights[i];
            weights[i] = kept + step;
            double above = objective.gradient(weights, order, 0, 5, unused);
            weights[i] = kept - step;
            double below = objective.gradient(weights, order, 0, 5, unused);
            weights[i] = kept;
            assertThat((double) gradient[i])
                    .as("%s, weight %d", network, i)
                    .isCloseTo((above - below) / (2 * step), within(2e-3));
        }
    }

    @Test
    void whatIsNoLineIsLearntByTheHiddenLayerAlone() {
        Random random = new Random(2);
        float[] features = new float[800];
        int[] labels = new int[400];
        for (int i = 0; i < 400; i++) {
            features[2 * i] = 2 * random.nextFloat() - 1;
            features[2 * i + 1] = 2 * random.nextFloat() - 1;
            labels[i] = features[2 * i] * features[2 * i + 1] > 0 ? 1 : 0;
        }
        Examples crossed = new Examples(2, 2, features, labels);
        assertThat(accuracy(new Mlp(2, 16, 2), crossed)).isGreaterThan(0.95);
        assertThat(accuracy(new SoftmaxRegression(2, 2), crossed)).isLessThan(0.7);
    }

    private static double accuracy(Network network, Examples examples) {
        SplittableRandom random = new SplittableRandom(5);
        Parameters trained = new LocalTraining(60, 10, 0.2f, 0)
                .train(network.on(examples), network.begin(random), random)
                .model();
        return network.evaluate(trained, examples).accuracy();
    }

    @Test
    void examplesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new Examples(2, 2, new float[3], new int[1])).hasMessageContaining("features");
        assertThatThrownBy(() -> new Examples(1, 2, new float[1], new int[] {2}))
                .hasMessageContaining("label 2");
        assertThatThrownBy(() -> new Mlp(1, 0, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
