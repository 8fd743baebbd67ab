// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.ArrayList;
import java.util.List;

/**
 * What may be spent and what was. A charge comes before the use, so that a crash between the two counts too much, never too little.
 * Immutable: a granted charge answers the budget after it.
 *
 * @param epsilon that may be spent, at least 0
 * @param delta in (0, 1)
 * @param accountant that says what the uses cost together
 * @param spent uses so far, one entry for each mechanism
 */
public record PrivacyBudget(double epsilon, double delta, Accountant accountant, List<Spent> spent) {

    /** Different mechanisms that one budget may have seen. */
    public static final int MOST_MECHANISMS = 10_000;

    public PrivacyBudget {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("ε is at least 0, not " + epsilon);
        }
        Accountant.requireDelta(delta);
        if (spent.size() > MOST_MECHANISMS) {
            throw new IllegalArgumentException("a budget has seen more than " + MOST_MECHANISMS + " mechanisms");
        }
        spent = List.copyOf(spent);
    }

    /** A budget of which nothing is spent. */
    public static PrivacyBudget of(double epsilon, double delta, Accountant accountant) {
        return new PrivacyBudget(epsilon, delta, accountant, List.of());
    }

    /** What a request for a charge came to. */
    public sealed interface Decision {

        /**
         * The mechanism may be used: it is counted.
         *
         * @param after the budget with it
         * @param epsilon spent with it
         */
        record Granted(PrivacyBudget after, double epsilon) implements Decision {}

        /**
         * The mechanism must not be used: nothing is counted.
         *
         * @param epsilon that would have been spent with it
         * @param reason for people
         */
        record Refused(double epsilon, String reason) implements Decision {}
    }

    /** Asks to use a mechanism. */
    public Decision charge(Mechanism mechanism, long steps) {
        List<Spent> with = with(mechanism, steps);
        if (with.size() > MOST_MECHANISMS) {
            return new Decision.Refused(spentEpsilon(), "the budget has seen " + MOST_MECHANISMS + " mechanisms");
        }
        double cost = accountant.epsilon(with, delta);
        if (cost <= epsilon) {
            return new Decision.Granted(new PrivacyBudget(epsilon, delta, accountant, with), cost);
        }
        return new Decision.Refused(
                cost, "ε would be %.4f at δ = %.1e, and the budget is %.4f".formatted(cost, delta, epsilon));
    }

    /** ε of all uses so far. */
    public double spentEpsilon() {
        return accountant.epsilon(spent, delta);
    }

    /** ε that is left, at least 0; what the next use costs is not a difference of two of these. */
    public double leftEpsilon() {
        return Math.max(0, epsilon - spentEpsilon());
    }

    private List<Spent> with(Mechanism mechanism, long steps) {
        List<Spent> with = new ArrayList<>(spent.size() + 1);
        long before = 0;
        for (Spent each : spent) {
            if (each.mechanism().equals(mechanism)) {
                before += each.steps();
            } else {
                with.add(each);
            }
        }
        with.add(new Spent(mechanism, Math.addExact(before, steps)));
        return with;
    }
}
