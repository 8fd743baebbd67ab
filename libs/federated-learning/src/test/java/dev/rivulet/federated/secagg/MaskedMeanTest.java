// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.secagg.MaskedMean.Read;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedMeanTest {

    private static final int DIMENSIONS = 50;
    private static final int DEVICES = 12;

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 24, 32})
    void aSumSaysTheMeanByWeightToAStepOfTheGrid(int bits) {
        MaskedMean form = MaskedMean.finest(DIMENSIONS, 0.5, DEVICES, bits, 100);
        Random random = new Random(bits);
        int[] sum = new int[form.length()];
        double[] expected = new double[DIMENSIONS];
        double total = 0;
        for (int device = 1; device <= DEVICES; device++) {
            float[] update = update(random);
            double weight = 100.0 * Math.round(device / 12.0 * form.levels()) / form.levels();
            total += weight;
            for (int i = 0; i < DIMENSIONS; i++) {
                expected[i] += weight * update[i];
            }
            add(sum, form.encode(update, weight, OptionalDouble.of(2), random));
        }

        Read.Mean mean = (Read.Mean) form.decode(masked(sum, bits), DEVICES);

        assertThat(mean.weight()).isCloseTo(total, within(1e-6));
        assertThat(mean.loss().orElseThrow()).isCloseTo(2, within(16.0 * DEVICES / form.levels() + 1e-9));
        for (int i = 0; i < DIMENSIONS; i++) {
            assertThat((double) mean.values()[i])
                    .isCloseTo(expected[i] / total, within(0.5 * 3 / form.levels() + 1e-6));
        }
    }

    @Test
    void whatIsOutOfRangeIsCutOffAndAGreaterWeightCountsAsTheMost() {
        MaskedMean form = MaskedMean.finest(1, 1, 2, 24, 10);
        int[] sum = form.encode(new float[] {7}, 1000, OptionalDouble.empty(), new Random(1));
        add(sum, form.encode(new float[] {-1}, 10, OptionalDouble.empty(), new Random(1)));

        Read.Mean mean = (Read.Mean) form.decode(masked(sum, 24), 2);

        assertThat(mean.values()).containsExactly(0);
        assertThat(mean.weight()).isCloseTo(20, within(1e-9));
        assertThat(mean.loss()).isEmpty();
    }

    @Test
    void aDeviceOfTheLeastWeightCountsAsAStep() {
        MaskedMean form = MaskedMean.finest(1, 1, 2, 8, 1e9);

        assertThat(form.encode(new float[] {0}, 1e-9, OptionalDouble.empty(), new Random(1))[1])
                .isEqualTo(1);
    }

    @Test
    void aSumWithAMaskStillOnIsNotTakenForOne() {
        MaskedMean form = MaskedMean.finest(DIMENSIONS, 0.5, DEVICES, 16, 1);
        Random random = new Random(5);
        int[] sum = new int[form.length()];
        for (int i = 0; i < DEVICES; i++) {
            add(sum, form.encode(update(random), 1, OptionalDouble.empty(), random));
        }
        assertThat(form.decode(masked(sum, 16), DEVICES)).isInstanceOf(Read.Mean.class);

        int taken = 0;
        for (int mask = 0; mask < 100; mask++) {
            int[] wrong = sum.clone();
            for (int i = 0; i < wrong.length; i++) {
                wrong[i] += i == DIMENSIONS ? 0 : random.nextInt();
            }
            taken += form.decode(masked(wrong, 16), DEVICES) instanceof Read.Mean ? 1 : 0;
        }
        assertThat(taken).isZero();
        int[] weightless = sum.clone();
        weightless[DIMENSIONS] = DEVICES - 1;
        assertThat(form.decode(masked(weightless, 16), DEVICES)).isInstanceOf(Read.NoSum.class);
    }

    @Test
    void whatHasNoRoomOrIsNoNumberIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> MaskedMean.finest(1, 1, 128, 8, 1));
        MaskedMean form = MaskedMean.finest(1, 1, 2, 8, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> form.encode(new float[] {Float.NaN}, 1, OptionalDouble.empty(), new Random(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> form.encode(new float[] {1}, Double.NaN, OptionalDouble.empty(), new Random(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> form.encode(new float[2], 1, OptionalDouble.empty(), new Random(1)));
    }

    private static float[] update(Random random) {
        float[] update = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            update[i] = random.nextFloat() - 0.5f;
        }
        return update;
    }

    private static void add(int[] sum, int[] vector) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += vector[i];
        }
    }

    private static int[] masked(int[] sum, int bits) {
        int[] result = sum.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= bits == 32 ? -1 : (1 << bits) - 1;
        }
        return result;
    }
}
