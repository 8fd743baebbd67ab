// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import dev.rivulet.federated.privacy.PldAccountant;
import dev.rivulet.federated.privacy.RdpAccountant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpendingTest {

    private static final SubsampledGaussian SAMPLED = new SubsampledGaussian(0.01, 1.1);

    @Test
    void aHundredRoundsCostWhatTheReferenceSays() {
        Spending spending = Spending.NONE;
        for (int round = 0; round < 100; round++) {
            spending = spending.after(SAMPLED, Set.of("device-" + round % 10));
        }
        assertThat(spending.rounds()).isEqualTo(100);
        assertThat(spending.epsilon(new RdpAccountant(), 1e-5)).isCloseTo(0.956091, within(1e-5));
        assertThat(spending.epsilon(new PldAccountant(), 1e-5)).isCloseTo(0.549765, within(1e-5));
    }

    @Test
    void aDevicePaysForItsOwnRoundsAtThePriceWithoutSampling() {
        Spending spending = Spending.NONE;
        SubsampledGaussian wide = new SubsampledGaussian(0.2, 5);
        for (int round = 0; round < 100; round++) {
            spending = spending.after(wide, Set.of("always"));
        }
        RdpAccountant rdp = new RdpAccountant();
        assertThat(spending.epsilonOf("always", rdp, 1e-5)).isCloseTo(10.725510, within(1e-5));
        assertThat(spending.epsilonOf("never", rdp, 1e-5)).isZero();
        assertThat(spending.epsilonOfWith("never", wide, rdp, 1e-5)).isPositive();
        assertThat(spending.epsilonWith(wide, rdp, 1e-5)).isGreaterThan(spending.epsilon(rdp, 1e-5));
    }
}
