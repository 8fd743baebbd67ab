// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a federation has spent in all its rounds.
 *
 * @param rounds that were charged
 * @param epsilon spent by the federation at δ
 * @param epsilonLimit that it may spend
 * @param delta of every ε of the federation
 * @param deviceLimit ε that each device may spend
 * @param devices ε spent by each device that took part, by id
 */
public record PrivacyReport(
        long rounds,
        double epsilon,
        double epsilonLimit,
        double delta,
        double deviceLimit,
        SortedMap<String, Double> devices) {

    public PrivacyReport {
        devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    }
}
