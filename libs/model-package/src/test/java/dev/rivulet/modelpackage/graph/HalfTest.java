// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HalfTest {

    @ParameterizedTest
    @EnumSource(Half.class)
    void theNearestNumberIsAtMostHalfAStepAway(Half half) {
        double step = half == Half.F16 ? Math.pow(2, -11) : Math.pow(2, -8);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            float value = (float) ((random.nextDouble() - 0.5) * 100);
            float narrow = half.widened(half.of(value));
            assertThat((double) Math.abs(narrow - value)).isLessThanOrEqualTo(step * Math.max(Math.abs(value), 1e-4));
            assertThat(half.of(narrow)).isEqualTo(half.of(value));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BF16, 1, 3f80", "BF16, -2, c000", "BF16, 1.00390625, 3f80", "BF16, 1.01171875, 3f82", "BF16, 1e38, 7e96",
        "BF16, Infinity, 7f80", "BF16, NaN, 7fc1", "F16, 1, 3c00", "F16, 65504, 7bff", "F16, 1e38, 7c00"
    })
    void bitsAreThoseOfTheStandardAndTiesGoToTheEvenNumber(Half half, float value, String bits) {
        assertThat(Integer.toHexString(Short.toUnsignedInt(half.of(value)))).isEqualTo(bits);
    }
}
