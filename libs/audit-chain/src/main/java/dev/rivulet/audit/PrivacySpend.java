// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a round took from the privacy budget, in decimals so that a sum is exact. Under accountants by Rényi divergence or loss
 * distributions the whole is less than the sum of single rounds; a round's part is therefore what it <em>added</em> to the whole.
 *
 * @param epsilon added by this round, ≥ 0
 * @param epsilonTotal spent after it, ≥ {@code epsilon}
 * @param delta added by this round, ≥ 0
 * @param deltaTotal spent after it, in [{@code delta}, 1]
 */
public record PrivacySpend(BigDecimal epsilon, BigDecimal epsilonTotal, BigDecimal delta, BigDecimal deltaTotal) {

    /** Digits after the point, at most. */
    static final int SCALE = 18;

    private static final int EPSILON_DIGITS = 9;
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

    public PrivacySpend {
        epsilon = decimal("epsilon", epsilon);
        epsilonTotal = decimal("epsilonTotal", epsilonTotal);
        delta = decimal("delta", delta);
        deltaTotal = decimal("deltaTotal", deltaTotal);
        if (epsilon.compareTo(epsilonTotal) > 0
                || delta.compareTo(deltaTotal) > 0
                || deltaTotal.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("a round adds at most what is spent in all, and δ is at most 1");
        }
    }

    /**
     * The spend of a round after which an accountant tells a whole. The whole is rounded up, to nine digits for ε and eighteen for δ,
     * and never goes down.
     *
     * @param before the spend of the round before; null for the first
     * @param epsilon the accountant's whole after this round, finite, ≥ 0
     * @param delta likewise, in [0, 1]
     */
    public static PrivacySpend upTo(@Nullable PrivacySpend before, double epsilon, double delta) {
        BigDecimal lastEpsilon = before == null ? BigDecimal.ZERO : before.epsilonTotal();
        BigDecimal lastDelta = before == null ? BigDecimal.ZERO : before.deltaTotal();
        BigDecimal epsilonTotal = BigDecimal.valueOf(epsilon)
                .setScale(EPSILON_DIGITS, RoundingMode.CEILING)
                .max(lastEpsilon);
        BigDecimal deltaTotal =
                BigDecimal.valueOf(delta).setScale(SCALE, RoundingMode.CEILING).max(lastDelta);
        return new PrivacySpend(
                epsilonTotal.subtract(lastEpsilon), epsilonTotal, deltaTotal.subtract(lastDelta), deltaTotal);
    }

    /** A decimal in its one form: in [0, 10⁹], at most {@value #SCALE} digits after the point, none of them a zero at the end. */
    static BigDecimal decimal(String name, BigDecimal number) {
        // Before anything is computed: a scale of a thousand million would take all memory.
        if (number.signum() != 0 && (number.scale() > 4 * SCALE || number.scale() < -SCALE)) {
            throw new IllegalArgumentException(name + " has too many digits");
        }
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (plain.signum() < 0 || plain.compareTo(MOST) > 0 || plain.scale() > SCALE) {
            throw new IllegalArgumentException(name + " is not a decimal in [0, 10⁹] of at most " + SCALE + " digits");
        }
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}
