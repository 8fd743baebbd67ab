// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What privacy cost a federation so far.
 *
 * @param rounds that were charged
 * @param epsilon of the federation, at δ
 * @param epsilonLimit that it may spend; null for no limit
 * @param spent whether one more round would cost more than that
 * @param deviceLimit ε that each device may spend; null for no limit
 * @param devices ε of each that contributed, by id
 */
public record PrivacyReport(
        long rounds,
        double epsilon,
        @Nullable Double epsilonLimit,
        double delta,
        boolean spent,
        @Nullable Double deviceLimit,
        SortedMap<String, Double> devices) {}
