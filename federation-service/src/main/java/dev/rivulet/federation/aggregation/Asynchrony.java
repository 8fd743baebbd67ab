// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.aggregation;

import dev.rivulet.federated.aggregation.Staleness;
import org.jspecify.annotations.Nullable;

/**
 * How updates count that were trained from a version that is no longer the newest. What is null has its usual value.
 *
 * @param form of the factor: POLYNOMIAL unless given
 * @param a of {@code (1 + d)^−a}: 0.5; of the hinge: 10
 * @param b versions up to which the hinge counts fully: 4
 * @param mostStaleness versions that may have come since the base, 1 to 10,000: 100
 * @param alpha α of FedAsync, above 0 and at most 1: 0.6
 */
public record Asynchrony(
        @Nullable Form form,
        @Nullable Double a,
        @Nullable Long b,
        @Nullable Long mostStaleness,
        @Nullable Double alpha) {

    /** Forms of Xie et al., arXiv 1903.03934, section 5.2. */
    public enum Form {
        CONSTANT,
        POLYNOMIAL,
        HINGE
    }

    /** The papers' settings. */
    public static final Asynchrony USUAL = new Asynchrony(null, null, null, null, null);

    private static final long USUAL_STALENESS = 100;
    private static final long LONGEST_STALENESS = 10_000;

    public Asynchrony {
        if (mostStaleness != null && (mostStaleness < 1 || mostStaleness > LONGEST_STALENESS)) {
            throw new IllegalArgumentException("most_staleness is 1 to " + LONGEST_STALENESS);
        }
        if (alpha != null && !(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha is above 0 and at most 1");
        }
    }

    /** The factor. */
    Staleness staleness() {
        return switch (form == null ? Form.POLYNOMIAL : form) {
            case CONSTANT -> new Staleness.Constant();
            case POLYNOMIAL -> new Staleness.Polynomial(a == null ? 0.5 : a);
            case HINGE -> new Staleness.Hinge(a == null ? 10 : a, b == null ? 4 : b);
        };
    }

    /** Versions that may have come. */
    long most() {
        return mostStaleness == null ? USUAL_STALENESS : mostStaleness;
    }

    /** α. */
    double mixing() {
        return alpha == null ? 0.6 : alpha;
    }
}
