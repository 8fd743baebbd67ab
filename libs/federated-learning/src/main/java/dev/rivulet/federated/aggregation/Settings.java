// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

/** Ranges of settings, so that a strategy that can't work is not made. */
final class Settings {

    private Settings() {}

    /** Above 0 and finite. */
    static void positive(String name, double value) {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " is above 0, not " + value);
        }
    }

    /** 0 or more and finite. */
    static void notNegative(String name, double value) {
        if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " is 0 or more, not " + value);
        }
    }

    /** 0 or more, below 1. */
    static void fraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " is 0 or more and below 1, not " + value);
        }
    }
}
