// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.privacy;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federation.privacy.PrivacySettings.Method;
import org.jspecify.annotations.Nullable;

/**
 * What a federation may spend on privacy, whoever adds the noise.
 *
 * @param epsilon that all rounds together may cost, above 0; null for no limit
 * @param delta of every ε, above 0 and below 1
 * @param deviceEpsilon that the rounds of one device may cost; null for no limit
 * @param method how uses are added up
 */
public record Allowance(
        @Nullable Double epsilon, double delta, @Nullable Double deviceEpsilon, Method method) {

    public Allowance {
        if (epsilon != null && !(epsilon > 0) || deviceEpsilon != null && !(deviceEpsilon > 0)) {
            throw new IllegalArgumentException("epsilon and device_epsilon are above 0");
        }
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta is above 0 and below 1");
        }
    }

    /** A new accountant. */
    public Accountant newAccountant() {
        return method.newAccountant();
    }

    /** Whether all rounds together may cost so much. */
    public boolean allows(double cost) {
        return epsilon == null || cost <= epsilon;
    }

    /** Whether the rounds of one device may cost so much. */
    public boolean allowsDevice(double cost) {
        return deviceEpsilon == null || cost <= deviceEpsilon;
    }
}
