// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Update;

/**
 * What one update adds to a sum.
 *
 * @param coefficient by which its values are multiplied; 0 or more
 * @param mass what it adds to the divisor of the mean; above 0
 */
public record Term(Update update, double coefficient, double mass) {

    public Term {
        if (!(coefficient >= 0)
                || !(mass > 0)
                || coefficient == Double.POSITIVE_INFINITY
                || mass == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("coefficient " + coefficient + " and mass " + mass + " are not usable");
        }
    }

    /** Weighted by the number of examples. */
    static Term byExamples(Update update) {
        return new Term(update, update.weight(), update.weight());
    }

    /** All alike. */
    static Term equal(Update update) {
        return new Term(update, 1, 1);
    }
}
