// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.compression.Encoded.Dense;
import dev.rivulet.federated.compression.Encoded.Sparse;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompressorTest {

    private static float[] gaussian(int size, Random random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void theGreatestMagnitudesAreFoundAsSortingFindsThem() {
        Random random = new Random(5);
        for (int run = 0; run < 50; run++) {
            int size = 1 + random.nextInt(400);
            float[] values = gaussian(size, random);
            for (int i = 0; i < size; i++) {
                values[i] = run % 2 == 0 ? values[i] : Math.round(values[i]);
            }
            int count = 1 + random.nextInt(size);
            int[] expected = IntStream.range(0, size)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(values[i])))
                    .limit(count)
                    .mapToInt(i -> i)
                    .sorted()
                    .toArray();
            assertThat(TopK.indices(values, count)).containsExactly(expected);
        }
    }

    /** A value between two steps is rounded with variance f(1 − f), which is 1/6 on average where values are spread evenly. */
    @Test
    void quantisingIsUnbiasedWithTheErrorThatTheoryTells() {
        Random random = new Random(9);
        int size = 60_000;
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        for (int bits : new int[] {8, 4}) {
            float[] back = ((Dense) new Compressor(random).encode(values, Scheme.dense(bits))).values();
            double step = 1.0 / ((1 << bits - 1) - 1);
            double bias = 0;
            double square = 0;
            for (int i = 0; i < size; i++) {
                double error = back[i] - values[i];
                assertThat(Math.abs(error)).isLessThanOrEqualTo(step + 1e-6);
                bias += error / size;
                square += error * error / size;
            }
            assertThat(bias).isCloseTo(0, within(4 * step / Math.sqrt(6.0 * size)));
            assertThat(square).isCloseTo(step * step / 6, within(0.03 * step * step / 6));
        }
    }

    @Test
    void chunksOfZerosAndTheTinyStayZero() {
        float[] values = {0, 0, 0, 0, Float.MIN_VALUE, -Float.MIN_VALUE, 0, 1};
        Scheme scheme = new Scheme(new Scheme.Places.All(), 4, 2);
        assertThat(((Dense) new Compressor(new Random(1)).encode(values, scheme)).values())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void anUpdateThatIsNotFiniteIsNotSent() {
        Compressor compressor = new Compressor(new Random(1));
        assertThatThrownBy(() -> compressor.encode(new float[] {1, Float.NaN}, Scheme.dense(8)))
                .hasMessageContaining("NaN");
    }

    @Test
    void whatARoundLeavesOutGoesWithALaterOne() {
        Random random = new Random(2);
        int size = 1000;
        ErrorFeedback feedback = new ErrorFeedback(size, new Compressor(random));
        double[] learnt = new double[size];
        double[] sent = new double[size];
        for (int round = 0; round < 60; round++) {
            float[] values = gaussian(size, random);
            float[] got = ((Sparse) feedback.encode(values, Scheme.top(50, 8))).values();
            for (int i = 0; i < size; i++) {
                learnt[i] += values[i];
                sent[i] += got[i];
            }
        }
        for (int i = 0; i < size; i++) {
            assertThat(sent[i] + feedback.owed()[i]).isCloseTo(learnt[i], within(1e-4));
        }
        float[] owed = feedback.owed().clone();
        assertThatThrownBy(() -> feedback.encode(new float[size], Scheme.sketch(new CountSketch.Shape(1, 1, 1), 8)))
                .hasMessageContaining("server");
        assertThat(feedback.owed()).containsExactly(owed);
    }

    @Test
    void withoutFeedbackTopKForgetsAndWithItAFittedPointIsReached() {
        float[] target = gaussian(200, new Random(4));
        assertThat(distanceAfter(target, true)).isLessThan(0.1);
        assertThat(distanceAfter(target, false)).isGreaterThan(0.9);
    }

    /** Two devices whose pulls differ by a constant that cancels out: each alone sees it as its greatest value. */
    private static double distanceAfter(float[] target, boolean withFeedback) {
        int size = target.length;
        Compressor compressor = new Compressor(new Random(6));
        ErrorFeedback[] devices = {new ErrorFeedback(size, compressor), new ErrorFeedback(size, compressor)};
        float[] model = new float[size];
        for (int round = 0; round < 800; round++) {
            for (int device = 0; device < 2; device++) {
                float[] step = new float[size];
                for (int i = 0; i < size; i++) {
                    float pull = i < 20 ? (device == 0 ? 10 : -10) : 0;
                    step[i] = 0.02f * (target[i] + pull - model[i]);
                }
                Encoded sent = withFeedback
                        ? devices[device].encode(step, Scheme.top(20, 32))
                        : compressor.encode(step, Scheme.top(20, 32));
                float[] got = ((Sparse) sent).values();
                for (int i = 0; i < size; i++) {
                    model[i] += got[i] / 2;
                }
            }
        }
        double square = 0;
        for (int i = 20; i < size; i++) {
            square += Math.pow(model[i] - target[i], 2);
        }
        return Math.sqrt(square / (size - 20));
    }

    @Test
    void aHundredThousandValuesFitIntoFiftyKilobytes() {
        Encoded dense = fitted(50 * 1024);
        assertThat(dense).isInstanceOf(Dense.class);
        assertThat(lost(((Dense) dense).values())).isLessThan(0.21);
        Encoded sparse = fitted(50_000);
        assertThat(sparse.numbers().count()).isBetween(24_000, 25_000);
        assertThat(lost(((Sparse) sparse).values())).isLessThan(0.55);
    }

    private static final float[] LARGE = gaussian(100_000, new Random(8));

    private static Encoded fitted(int mostBytes) {
        Scheme scheme = UploadBudget.ofBytes(mostBytes)
                .choose(LARGE.length, new Bandwidth(1e9), Duration.ofSeconds(60))
                .orElseThrow();
        Encoded encoded = new Compressor(new Random(1)).encode(LARGE, scheme);
        assertThat(UpdateCodec.write(encoded).length).isBetween(mostBytes * 19 / 20, mostBytes);
        return encoded;
    }

    /** Length of what is lost, as a share of the whole. */
    private static double lost(float[] back) {
        double lost = 0;
        double all = 0;
        for (int i = 0; i < back.length; i++) {
            lost += Math.pow(LARGE[i] - back[i], 2);
            all += Math.pow(LARGE[i], 2);
        }
        return Math.sqrt(lost / all);
    }
}
