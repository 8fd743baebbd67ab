// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2048, 5000})
    void sumsOfEveryLengthAreThoseOfExactArithmetic(int length) {
        Random random = new Random(length);
        float[] first = new float[length];
        float[] second = new float[length];
        BigDecimal dot = BigDecimal.ZERO;
        BigDecimal distance = BigDecimal.ZERO;
        for (int i = 0; i < length; i++) {
            first[i] = random.nextFloat() + 0.5f;
            second[i] = random.nextFloat() + 1.5f;
            BigDecimal one = new BigDecimal(first[i]);
            BigDecimal other = new BigDecimal(second[i]);
            dot = dot.add(one.multiply(other));
            distance = distance.add(one.subtract(other).pow(2));
        }

        assertThat(Vectors.dot(first, second)).isCloseTo(dot.doubleValue(), within(1e-12 * dot.doubleValue()));
        assertThat(Vectors.squaredDistance(first, second))
                .isCloseTo(distance.doubleValue(), within(1e-12 * distance.doubleValue()));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void oneValueThatIsNoNumberIsFoundAnywhere(float bad) {
        for (int at = 0; at < 40; at++) {
            float[] values = new float[40];
            values[at] = bad;
            assertThat(Vectors.finite(values)).isFalse();
            assertThat(Vectors.firstNotFinite(values)).isEqualTo("value " + at + " is " + bad);
        }
        assertThat(Vectors.finite(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f}))
                .isTrue();
    }
}
