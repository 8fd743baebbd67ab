// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.edge.Trainer.Outcome.Declined;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.Mlp;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTrainerTest {

    private static final Training ASKED =
            Training.newBuilder().setEpochs(10).setBatch(8).setRate(0.2f).build();

    /** Two classes, told apart by the sign of the first number. */
    private static Examples examples(int count, long seed) {
        Random random = new Random(seed);
        float[] features = new float[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            features[2 * i] = (float) random.nextGaussian();
            features[2 * i + 1] = (float) random.nextGaussian();
            labels[i] = features[2 * i] > 0 ? 1 : 0;
        }
        return new Examples(2, 2, features, labels);
    }

    private static Task task(Parameters model) {
        return new Task(3, model, ASKED, Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itLearnsAndSaysHowWellTheModelDidBefore(boolean perceptron) throws Exception {
        Network network = perceptron ? new Mlp(2, 6, 2) : new SoftmaxRegression(2, 2);
        Parameters start = network.begin(new SplittableRandom(1));
        Examples heldOut = examples(200, 9);
        NetworkTrainer trainer = new NetworkTrainer(network, examples(80, 1), Optional.of(heldOut), 5);

        Trained trained = (Trained) trainer.train(task(start));

        assertThat(network.evaluate(trained.model(), heldOut).accuracy()).isGreaterThan(0.9);
        assertThat(trained.weight()).isEqualTo(80);
        assertThat(trained.metrics().get(NetworkTrainer.ACCURACY_BEFORE))
                .isCloseTo(network.evaluate(start, heldOut).accuracy(), within(1e-9));
        assertThat(trained.metrics().get(Update.LOSS_AFTER))
                .isLessThan(trained.metrics().get(Update.LOSS_BEFORE));
        assertThat(((Trained) trainer.train(task(start))).model())
                .as("the same seed and round")
                .isEqualTo(trained.model());
    }

    @Test
    void itDeclinesWhatItCantTrain() throws Exception {
        NetworkTrainer none = new NetworkTrainer(new SoftmaxRegression(2, 2), examples(0, 1), 1);
        assertThat(none.train(task(Parameters.zeros(none.network().layout()))))
                .isInstanceOfSatisfying(
                        Declined.class,
                        declined -> assertThat(declined.reason()).isEqualTo("no-data"));
        NetworkTrainer other = new NetworkTrainer(new SoftmaxRegression(2, 2), examples(5, 1), 1);
        assertThat(other.train(task(Parameters.zeros(new SoftmaxRegression(3, 2).layout()))))
                .isInstanceOfSatisfying(
                        Declined.class,
                        declined -> assertThat(declined.reason()).isEqualTo("unsupported"));
    }
}
