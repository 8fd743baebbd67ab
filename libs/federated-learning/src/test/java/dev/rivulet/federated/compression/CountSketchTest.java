// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CountSketchTest {

    private static final CountSketch.Shape SHAPE = new CountSketch.Shape(5, 2500, 42);

    private static CountSketch of(float[] values, CountSketch.Shape shape) {
        CountSketch sketch = new CountSketch(shape);
        sketch.add(values);
        return sketch;
    }

    private static float[] gaussian(int size, double deviation, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    @Test
    void theSketchOfASumIsTheSumOfTheSketches() {
        float[] a = gaussian(20_000, 1, 1);
        float[] b = gaussian(20_000, 1, 2);
        float[] both = new float[a.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = 0.25f * a[i] - 2 * b[i];
        }
        CountSketch sum = of(a, SHAPE).combined(0.25f, of(b, SHAPE), -2);
        float[] expected = of(both, SHAPE).cells();
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(sum.cells()[i] - expected[i])).isLessThan(1e-3f);
        }
        CountSketch other = new CountSketch(new CountSketch.Shape(5, 2500, 43));
        assertThatThrownBy(() -> sum.combined(1, other, 1)).hasMessageContaining("hashes");
    }

    /** One row's error has the variance ‖x‖²/columns; the median of five is better than one. */
    @Test
    void estimatesErrAsTheLengthOfTheVectorAndTheColumnsTell() {
        float[] values = gaussian(20_000, 1, 3);
        double deviation = Math.sqrt(20_000 / 2500.0);
        double one = error(values, of(values, new CountSketch.Shape(1, 2500, 7)));
        double five = error(values, of(values, SHAPE));
        assertThat(one).isCloseTo(deviation, within(0.05 * deviation));
        assertThat(five).isCloseTo(0.5358 * deviation, within(0.08 * deviation));
    }

    private static double error(float[] values, CountSketch sketch) {
        float[] estimates = sketch.estimates(values.length);
        double square = 0;
        for (int i = 0; i < values.length; i++) {
            square += Math.pow(estimates[i] - values[i], 2);
        }
        return Math.sqrt(square / values.length);
    }

    @Test
    void greatValuesAreFoundAmongManySmallOnes() {
        float[] values = gaussian(100_000, 0.01, 4);
        for (int i = 0; i < 50; i++) {
            values[i * 1999] = i % 2 == 0 ? 5 : -5;
        }
        CountSketch sketch = of(values, new CountSketch.Shape(7, 5000, 42));
        int[] found = TopK.indices(sketch.estimates(values.length), 50);
        for (int i = 0; i < 50; i++) {
            assertThat(found[i]).isEqualTo(i * 1999);
            assertThat(sketch.estimate(found[i])).isCloseTo(i % 2 == 0 ? 5 : -5, within(0.2f));
        }
    }

    @Test
    void aServerThatSeesSketchesAloneReachesASparsePoint() {
        int size = 2000;
        float[] target = new float[size];
        for (int i = 0; i < 40; i++) {
            target[i * 47] = 1 + i % 5;
        }
        FetchSgd server = FetchSgd.begin(new FetchSgd.Settings(size, 40, 0.5f, 0.2f), new CountSketch.Shape(5, 400, 1));
        float[] model = new float[size];
        for (int round = 0; round < 120; round++) {
            float[] step = new float[size];
            for (int i = 0; i < size; i++) {
                step[i] = target[i] - model[i];
            }
            FetchSgd.Step made = server.step(of(step, server.momentum().shape()));
            float[] change = made.change().values();
            for (int i = 0; i < size; i++) {
                model[i] += change[i];
            }
            server = made.next();
        }
        for (int i = 0; i < size; i++) {
            assertThat(model[i]).isCloseTo(target[i], within(0.02f));
        }
    }

    @Test
    void shapesThatTakeTooMuchMemoryAreRefused() {
        assertThatThrownBy(() -> new CountSketch.Shape(63, 1 << 20, 1)).hasMessageContaining("cells");
        assertThatThrownBy(() -> new CountSketch.Shape(0, 1, 1)).hasMessageContaining("rows");
    }
}
