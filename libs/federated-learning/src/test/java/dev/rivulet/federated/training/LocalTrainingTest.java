// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.training.LocalTraining.Trained;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LocalTrainingTest {

    private static final Layout ONE = Layout.flat("w", 1);
    private static final LocalTraining PLAIN = new LocalTraining(1, 3, 0.1f, 0);

    /** Mean of ½ (w − target)². */
    private record Bowl(float... targets) implements Objective {
        @Override
        public int count() {
            return targets.length;
        }

        @Override
        public double gradient(float[] weights, int[] order, int from, int to, float[] gradient) {
            double loss = 0;
            gradient[0] = 0;
            for (int i = from; i < to; i++) {
                float away = weights[0] - targets[order[i]];
                loss += 0.5 * away * away / (to - from);
                gradient[0] += away / (to - from);
            }
            return loss;
        }
    }

    private static Parameters at(float value) {
        return new Parameters(ONE, new float[] {value});
    }

    private static float value(Parameters model) {
        return model.values()[0];
    }

    private static SplittableRandom seeded() {
        return new SplittableRandom(3);
    }

    @Test
    void oneStepGoesDownTheSlope() {
        Trained trained = PLAIN.train(new Bowl(1, 2, 6), at(0), seeded());
        assertThat(value(trained.model())).isCloseTo(0.3f, within(1e-6f));
        assertThat(trained.steps()).isEqualTo(1);
        assertThat(trained.loss()).isCloseTo((0.5 + 2 + 18) / 3, within(1e-6));
        assertThat(PLAIN.epochs(4).train(new Bowl(1, 2, 6, 9), at(0), seeded()).steps())
                .isEqualTo(8);
    }

    @Test
    void theProximalTermKeepsTheModelBetweenItsBaseAndItsOwnOptimum() {
        LocalTraining pulled = new LocalTraining(400, 3, 0.1f, 2);
        assertThat(value(pulled.train(new Bowl(4), at(1), seeded()).model()))
                .isCloseTo((4 + 2 * 1) / 3f, within(1e-4f));
        Ditto ditto = new Ditto(pulled);
        assertThat(value(ditto.train(new Bowl(4), at(99), at(-2), seeded()).model()))
                .isCloseTo((4 - 2 * 2) / 3f, within(1e-4f));
    }

    @Test
    void theSameSeedGivesTheSameModel() {
        Mlp network = new Mlp(1, 4, 2);
        Examples examples = new Examples(1, 2, new float[] {1, 2, -1, -2, 0.5f}, new int[] {1, 1, 0, 0, 1});
        LocalTraining training = new LocalTraining(5, 2, 0.1f, 0);
        Parameters start = network.begin(seeded());
        Parameters once = training.train(network.on(examples), start, seeded()).model();
        assertThat(training.train(network.on(examples), start, seeded()).model())
                .isEqualTo(once);
        assertThat(training.train(network.on(examples), start, new SplittableRandom(4))
                        .model())
                .isNotEqualTo(once);
        assertThat(start).isEqualTo(network.begin(seeded()));
    }

    /** With one step, the control variate becomes the gradient at the model itself. */
    @Test
    void aControlVariateIsTheMeanGradientOfTheLastRound() {
        ScaffoldDevice device = new ScaffoldDevice("a", at(0.5f));
        Update update = device.train(PLAIN, new Bowl(1, 2, 6), at(0), 7, at(2), seeded());
        assertThat(value(update.values())).isCloseTo(-0.1f * (-3 + 2 - 0.5f), within(1e-6f));
        assertThat(value(device.control())).isCloseTo(-3, within(1e-5f));
        assertThat(value(Objects.requireNonNull(update.control()))).isCloseTo(-3.5f, within(1e-5f));
        assertThat(update.baseVersion()).isEqualTo(7);
    }

    @Test
    void aReptileModelIsMadeAnewForItsDevice() {
        Reptile reptile = new Reptile(0.5, new LocalTraining(200, 3, 0.1f, 0));
        assertThat(value(reptile.personalised(new Bowl(5), at(0), seeded()))).isCloseTo(5, within(1e-3f));
        assertThat(reptile.server().serverRate()).isEqualTo(0.5);
        assertThatThrownBy(() -> new Reptile(0, PLAIN)).hasMessageContaining("epsilon");
    }

    @Test
    void localLayersStayAndTheOthersTravel() {
        Layout whole = new Layout(List.of(
                new Layout.Tensor("body", List.of(2)),
                new Layout.Tensor("norm", List.of(1)),
                new Layout.Tensor("head", List.of(2))));
        LocalLayers layers = new LocalLayers(whole, Pattern.compile("norm.*"));
        Parameters own = new Parameters(whole, new float[] {1, 2, 3, 4, 5});
        assertThat(layers.shared().tensors()).extracting(Layout.Tensor::name).containsExactly("body", "head");
        assertThat(layers.shared(own).values()).containsExactly(1, 2, 4, 5);
        Parameters common = new Parameters(layers.shared(), new float[] {10, 20, 40, 50});
        assertThat(layers.joined(common, own).values()).containsExactly(10, 20, 3, 40, 50);
        assertThatThrownBy(() -> layers.joined(own, own)).hasMessageContaining("tensors");
        assertThatThrownBy(() -> new LocalLayers(whole, Pattern.compile(".*"))).hasMessageContaining("no tensor");
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> new LocalTraining(0, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LocalTraining(1, 1, Float.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LocalTraining(1, 1, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
