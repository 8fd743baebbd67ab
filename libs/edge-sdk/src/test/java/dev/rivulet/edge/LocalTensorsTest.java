// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Layout.Tensor;
import dev.rivulet.federated.update.Parameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalTensorsTest {

    private static final Layout WHOLE =
            new Layout(List.of(new Tensor("body", List.of(2)), new Tensor("head", List.of(1))));
    private static final Layout SHARED = new Layout(List.of(new Tensor("body", List.of(2))));

    private static Task task(float... body) {
        return new Task(1, new Parameters(SHARED, body), Training.getDefaultInstance(), Duration.ofSeconds(1));
    }

    private static final Trainer PLUS_ONE = task -> {
        float[] values = task.model().values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i]++;
        }
        return new Trained(new Parameters(task.model().layout(), values), 3, Map.of("loss-before", 2.0));
    };

    @Test
    void theHeadStaysAndTheBodyIsTheFederations() throws Exception {
        LocalTensors device = new LocalTensors(PLUS_ONE, new Parameters(WHOLE, new float[] {0, 0, 5}));
        Trained first = (Trained) device.train(task(10, 20));
        assertThat(first.model()).isEqualTo(new Parameters(SHARED, new float[] {11, 21}));
        assertThat(first.weight()).isEqualTo(3);
        assertThat(first.metrics()).containsEntry("loss-before", 2.0);
        device.train(task(30, 40));
        assertThat(device.own().values()).containsExactly(31, 41, 7);
    }

    @Test
    void aFederationOfOtherTensorsIsNotTrainedFor() {
        LocalTensors device = new LocalTensors(PLUS_ONE, new Parameters(WHOLE, new float[3]));
        Layout other = Layout.flat("tail", 2);
        Task task = new Task(1, Parameters.zeros(other), Training.getDefaultInstance(), Duration.ofSeconds(1));
        assertThatThrownBy(() -> device.train(task)).isInstanceOf(IllegalArgumentException.class);
    }
}
