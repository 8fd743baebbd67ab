// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.training.Examples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected numbers come from NumPy's RandomState(0), drawn by a program of its own. */
class SyntheticTest {

    @Test
    void theTwisterDrawsWhatNumPyDraws() {
        Mt19937 random = new Mt19937(0);
        assertThat(random.nextDouble()).isEqualTo(0.5488135039273248);
        assertThat(random.nextDouble()).isEqualTo(0.7151893663724195);
        Mt19937 gaussian = new Mt19937(0);
        assertThat(gaussian.nextGaussian()).isCloseTo(1.764052345967664, within(1e-15));
        assertThat(gaussian.nextGaussian()).isCloseTo(0.4001572083672233, within(1e-15));
        assertThat(gaussian.nextGaussian()).isCloseTo(0.9787379841057392, within(1e-15));
    }

    private static double sum(Examples examples) {
        double sum = 0;
        for (float value : examples.features()) {
            sum += value;
        }
        return sum;
    }

    private static int[] counts(Examples examples) {
        int[] counts = new int[Synthetic.CLASSES];
        for (int label : examples.labels()) {
            counts[label]++;
        }
        return counts;
    }

    @Test
    void theDataAreThoseOfTheReferenceProgram() {
        List<Examples> all = new Synthetic(0, 0, false, 30, 3000).generate(new Mt19937(0));
        assertThat(all)
                .extracting(Examples::count)
                .startsWith(1909, 171, 436, 3000, 2337, 57)
                .endsWith(1220, 1081);
        assertThat(all.stream().mapToInt(Examples::count).sum()).isEqualTo(18_311);
        assertThat(sum(all.get(0))).isCloseTo(34882.86132213967, within(0.01));
        assertThat(sum(all.get(2))).isCloseTo(-4859.15520934615, within(0.01));
        assertThat(all.get(0).features()).startsWith(-2.02286151f, 1.60023801f, 1.19246485f, 0.63901162f);
        assertThat(counts(all.get(0))).containsExactly(747, 0, 0, 0, 0, 0, 17, 980, 165, 0);
        assertThat(counts(all.get(1))).containsExactly(72, 1, 0, 9, 38, 51, 0, 0, 0, 0);
    }

    @Test
    void devicesMayDifferMoreOrBeAlike() {
        List<Examples> apart = new Synthetic(0.5, 0.5, false, 30, 3000).generate(new Mt19937(0));
        assertThat(sum(apart.get(0))).isCloseTo(-3628.948521989045, within(0.01));
        assertThat(sum(apart.get(2))).isCloseTo(-15495.108578487609, within(0.01));
        List<Examples> alike = new Synthetic(0, 0, true, 30, 3000).generate(new Mt19937(0));
        assertThat(sum(alike.get(0))).isCloseTo(13.476966971823291, within(0.01));
        assertThat(counts(alike.get(0))).containsExactly(237, 500, 22, 4, 111, 374, 57, 120, 151, 333);
    }

    @Test
    void nineInTenExamplesAreLearntFromAndNoneIsLost() {
        Synthetic synthetic = new Synthetic(1, 1, false, 5, 200);
        List<Examples> all = synthetic.generate(new Mt19937(3));
        List<SimulatedDevice> devices = synthetic.devices(new Mt19937(3), new Mt19937(4));
        for (int k = 0; k < 5; k++) {
            SimulatedDevice device = devices.get(k);
            assertThat(device.train().count()).isEqualTo(all.get(k).count() * 9 / 10);
            assertThat(sum(device.train()) + sum(device.test())).isCloseTo(sum(all.get(k)), within(1e-2));
        }
    }
}
