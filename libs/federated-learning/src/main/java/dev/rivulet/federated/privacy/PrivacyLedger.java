// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The budgets of a federation: one for all, and one for each device. For all, a round costs what its sampled mechanism does. A device
 * pays for the rounds that it was in and for no others, at the price without sampling: its own part in them is known.
 * Immutable.
 *
 * @param federation what everybody together may spend
 * @param fresh the budget of a device that has not taken part yet
 * @param devices budgets of those that have, by id
 */
public record PrivacyLedger(PrivacyBudget federation, PrivacyBudget fresh, SortedMap<String, PrivacyBudget> devices) {

    /** Devices that a ledger may know. */
    public static final int MOST_DEVICES = 1_000_000;

    public PrivacyLedger {
        if (!fresh.spent().isEmpty()) {
            throw new IllegalArgumentException("a fresh budget has nothing spent");
        }
        if (devices.size() > MOST_DEVICES) {
            throw new IllegalArgumentException("a ledger knows at most " + MOST_DEVICES + " devices");
        }
        devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    }

    /** A ledger in which nothing is spent. */
    public static PrivacyLedger of(PrivacyBudget federation, PrivacyBudget perDevice) {
        return new PrivacyLedger(federation, perDevice, new TreeMap<>());
    }

    /** What a request for a round came to. */
    public sealed interface Decision {

        /**
         * The round may run with these devices: it is charged to the federation and to each of them.
         *
         * @param after the ledger with it
         * @param admitted who may take part
         * @param exhausted who may not, because the round would pass their own budget
         * @param epsilon of the federation with the round
         */
        record Charged(PrivacyLedger after, SortedSet<String> admitted, SortedSet<String> exhausted, double epsilon)
                implements Decision {}

        /**
         * The round must not run: nothing is charged.
         *
         * @param reason for people
         */
        record Refused(String reason) implements Decision {}
    }

    /**
     * Asks to run a round. Ask before devices are told to train, with everybody who might contribute.
     *
     * @param mechanism of the round's release
     * @param candidates ids of devices
     */
    public Decision charge(Mechanism mechanism, Set<String> candidates) {
        return switch (federation.charge(mechanism, 1)) {
            case PrivacyBudget.Decision.Refused refused ->
                new Decision.Refused("the federation's budget is spent: " + refused.reason());
            case PrivacyBudget.Decision.Granted granted -> admit(granted, mechanism.unsampled(), candidates);
        };
    }

    private Decision admit(PrivacyBudget.Decision.Granted granted, Mechanism own, Set<String> candidates) {
        TreeMap<String, PrivacyBudget> after = new TreeMap<>(devices);
        SortedSet<String> admitted = new TreeSet<>();
        SortedSet<String> exhausted = new TreeSet<>();
        for (String device : candidates) {
            if (after.getOrDefault(device, fresh).charge(own, 1) instanceof PrivacyBudget.Decision.Granted paid) {
                after.put(device, paid.after());
                admitted.add(device);
            } else {
                exhausted.add(device);
            }
        }
        if (admitted.isEmpty()) {
            return new Decision.Refused("the budget of every one of " + candidates.size() + " devices is spent");
        }
        return new Decision.Charged(
                new PrivacyLedger(granted.after(), fresh, after), admitted, exhausted, granted.epsilon());
    }

    /** What was spent so far. */
    public PrivacyReport report() {
        long rounds = federation.spent().stream().mapToLong(Spent::steps).sum();
        SortedMap<String, Double> each = new TreeMap<>();
        devices.forEach((device, budget) -> each.put(device, budget.spentEpsilon()));
        return new PrivacyReport(
                rounds, federation.spentEpsilon(), federation.epsilon(), federation.delta(), fresh.epsilon(), each);
    }
}
