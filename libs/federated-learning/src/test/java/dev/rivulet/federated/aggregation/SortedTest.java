// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SortedTest {

    @Test
    void everyCoordinateIsInOrderForAnyNumberOfRows() {
        Random random = new Random(11);
        for (int n = 1; n <= 40; n++) {
            List<float[]> rows = new ArrayList<>();
            for (int row = 0; row < n; row++) {
                float[] values = new float[530];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextInt(9) - 4;
                }
                rows.add(values);
            }
            float[][] sorted = new float[n][530];
            Sorted.visit(rows, (ordered, from, count) -> {
                for (int row = 0; row < ordered.length; row++) {
                    System.arraycopy(ordered[row], 0, sorted[row], from, count);
                }
            });
            for (int i = 0; i < 530; i++) {
                int at = i;
                float[] expected = new float[n];
                for (int row = 0; row < n; row++) {
                    expected[row] = rows.get(row)[at];
                }
                Arrays.sort(expected);
                float[] column = new float[n];
                for (int row = 0; row < n; row++) {
                    column[row] = sorted[row][at];
                }
                assertThat(Arrays.equals(column, expected)).isTrue();
            }
        }
    }
}
