// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import java.util.List;

/**
 * A strategy together with what else a federation chose. Some choices exclude each other: {@link #conflicts()} says which, why, and
 * how to mend it, so that a federation is refused when it is made and not in its first round.
 *
 * @param strategy how updates become a model
 * @param arrival when updates come
 * @param summation what the server sees of them
 * @param groups number of groups of securely summed devices; 1 unless {@code summation} is in groups
 * @param weights by what devices count
 * @param encoding how updates are made small
 * @param noised whether the sum gets noise for differential privacy
 * @param clippedByDevices whether devices shorten their updates to the strategy's bound before they send them
 */
public record Combination(
        Strategy strategy,
        Arrival arrival,
        Summation summation,
        int groups,
        Weights weights,
        Encoding encoding,
        boolean noised,
        boolean clippedByDevices) {

    /** When updates come. */
    public enum Arrival {
        /** In rounds: all began with the same model. */
        ROUNDS,
        /** At any time. */
        ANY_TIME
    }

    /** What the server sees of updates. */
    public enum Summation {
        /** Each of them. */
        PLAIN,
        /** Their sum. */
        SECURE,
        /** One sum for each group of devices. */
        SECURE_IN_GROUPS
    }

    /** By what devices count. */
    public enum Weights {
        /** By their examples. */
        EXAMPLES,
        /** All alike. */
        EQUAL
    }

    /** How updates are made small. */
    public enum Encoding {
        /** Not at all. */
        DENSE,
        /** The largest values and where they are. */
        TOP_K,
        /** Few bits a value, with a scale for every chunk. */
        QUANTISED,
        /** A linear sketch, unsketched by the server. */
        SKETCH
    }

    /**
     * Two choices that exclude each other.
     *
     * @param code stable, for programs
     * @param why for people
     * @param mend what to choose instead
     */
    public record Conflict(String code, String why, String mend) {}

    public Combination {
        if (groups < 1 || groups > 1 && summation != Summation.SECURE_IN_GROUPS) {
            throw new IllegalArgumentException("groups are 1, or more where sums are made in groups; not " + groups);
        }
    }

    /** A strategy with the choices that suit it: rounds or any time, single updates, by examples, dense, no noise. */
    public static Combination of(Strategy strategy) {
        boolean atAnyTime = strategy instanceof FedBuff || strategy instanceof FedAsync;
        boolean alike =
                strategy instanceof Scaffold || strategy instanceof Selecting || strategy instanceof NormBounding;
        return new Combination(
                strategy,
                atAnyTime ? Arrival.ANY_TIME : Arrival.ROUNDS,
                Summation.PLAIN,
                1,
                alike || atAnyTime ? Weights.EQUAL : Weights.EXAMPLES,
                Encoding.DENSE,
                false,
                false);
    }

    public Combination arriving(Arrival other) {
        return new Combination(strategy, other, summation, groups, weights, encoding, noised, clippedByDevices);
    }

    public Combination summed(Summation other, int ofGroups) {
        return new Combination(strategy, arrival, other, ofGroups, weights, encoding, noised, clippedByDevices);
    }

    public Combination weighted(Weights other) {
        return new Combination(strategy, arrival, summation, groups, other, encoding, noised, clippedByDevices);
    }

    public Combination encoded(Encoding other) {
        return new Combination(strategy, arrival, summation, groups, weights, other, noised, clippedByDevices);
    }

    public Combination withNoise() {
        return new Combination(strategy, arrival, summation, groups, weights, encoding, true, clippedByDevices);
    }

    public Combination clippedByItsDevices() {
        return new Combination(strategy, arrival, summation, groups, weights, encoding, noised, true);
    }

    boolean secure() {
        return summation != Summation.PLAIN;
    }

    /** What excludes each other; empty if the federation can be made. */
    public List<Conflict> conflicts() {
        return Conflicts.of(this);
    }
}
