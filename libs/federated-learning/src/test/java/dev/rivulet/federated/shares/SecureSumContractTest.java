// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every way to sum promises. */
abstract class SecureSumContractTest {

    static final SumSpace SPACE = new SumSpace(17, 20, 9, 50_000);

    private final Random random = new Random(8);

    abstract SecureSum sum(SumSpace space);

    private List<int[]> vectors(int devices) {
        return IntStream.range(0, devices)
                .mapToObj(_ -> random.ints(SPACE.length(), -50_000, 50_001).toArray())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 9})
    void theSumEqualsThePlainOne(int devices) {
        List<int[]> vectors = vectors(devices);

        assertThat(sum(SPACE).sum(vectors)).isEqualTo(new PlainSum(SPACE).sum(vectors));
    }

    @ParameterizedTest
    @ValueSource(ints = {-50_000, 0, 50_000})
    void theLargestSumHasRoom(int value) {
        List<int[]> vectors = IntStream.range(0, 9)
                .mapToObj(_ -> IntStream.generate(() -> value).limit(17).toArray())
                .toList();

        assertThat(sum(SPACE).sum(vectors)).containsOnly(9 * value);
    }

    @Test
    void theVectorsStayAsTheyAre() {
        List<int[]> vectors = vectors(2);
        int[] before = vectors.getFirst().clone();
        sum(SPACE).sum(vectors);

        assertThat(vectors.getFirst()).isEqualTo(before);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        SecureSum sum = sum(SPACE);
        int[] large = new int[17];
        large[3] = 50_001;

        assertThatThrownBy(() -> sum.sum(List.of(large, new int[17]))).hasMessageContaining("beyond 50000");
        assertThatThrownBy(() -> sum.sum(List.of(new int[17], new int[16]))).hasMessageContaining("17 values");
        assertThatThrownBy(() -> sum.sum(List.of(new int[17]))).hasMessageContaining("2 to 9 vectors");
        assertThatThrownBy(() -> sum.sum(vectors(10))).hasMessageContaining("2 to 9 vectors");
        assertThatThrownBy(() -> new SumSpace(17, 20, 11, 50_000)).hasMessageContaining("does not fit 20 bits");
    }
}
