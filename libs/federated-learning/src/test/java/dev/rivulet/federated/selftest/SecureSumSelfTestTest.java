// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.selftest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.shares.SecureSum;
import dev.rivulet.federated.shares.SumSpace;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SecureSumSelfTestTest {

    private static final SumSpace SPACE = new SumSpace(1 << 12, 32, 8, 1 << 20);

    private static final DiscreteNoise NOISE = SecureSumSelfTest.noise(8, 1 << 12);

    @Test
    void whatThisProcessHasPassesAsOftenAsItIsAsked() {
        assertThatCode(SecureSumSelfTest::require).doesNotThrowAnyException();
        assertThatCode(SecureSumSelfTest::require).doesNotThrowAnyException();
    }

    @Test
    void itPassesAtTheSizeOfACohortWhoseUpdatesArePadded() {
        assertThatCode(() -> SecureSumSelfTest.require(12, 5_000)).doesNotThrowAnyException();
    }

    @Test
    void aSumThatIsOffByOneIsFound() {
        assertThatThrownBy(() -> SecureSumSelfTest.run(changed(sum -> sum[17]++), NOISE, 8, new SplittableRandom(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the masks of a sum do not cancel");
    }

    @Test
    void devicesThatAddTheSameNoiseAreFound() {
        RandomGenerator stuck = () -> 0;

        assertThatThrownBy(() -> SecureSumSelfTest.run(changed(sum -> {}), NOISE, 8, stuck))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("times what its noise makes");
    }

    @Test
    void aSumThatIsRightPasses() {
        assertThatCode(() -> SecureSumSelfTest.run(changed(sum -> {}), NOISE, 8, new SplittableRandom(1)))
                .doesNotThrowAnyException();
    }

    private static SecureSum changed(Consumer<int[]> change) {
        return new SecureSum() {
            @Override
            public SumSpace space() {
                return SPACE;
            }

            @Override
            public int[] sum(List<int[]> vectors) {
                int[] sum = new int[SPACE.length()];
                vectors.forEach(vector -> {
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += vector[i];
                    }
                });
                change.accept(sum);
                return sum;
            }
        };
    }
}
