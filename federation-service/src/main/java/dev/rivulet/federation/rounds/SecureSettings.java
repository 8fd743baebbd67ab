// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.aggregation.Combination;
import dev.rivulet.federated.aggregation.Combination.Summation;
import dev.rivulet.federated.aggregation.Combination.Weights;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federation.privacy.Allowance;
import dev.rivulet.federation.privacy.PrivacySettings;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a federation sees single updates or their sum alone, and how they are summed. Everything but the mode may be left out.
 *
 * @param mode NONE: each update; MASKED: the sum of masked vectors
 * @param bits of a value, 8 to 32; 24 unless given
 * @param range beyond which devices cut values of an update off, above 0; 1 unless given. Not with noise, which has a clip
 * @param threshold devices of a sum at least, 2 or more; the quorum of a round unless given, and never below it
 * @param alike whether all devices count as one; by their examples unless given, alike with noise
 * @param mostWeight examples that count; the most that an update may have unless given
 * @param signed whether devices sign their keys and whose vectors came, against a service that lies; they don't unless given
 * @param step how long a step after the first waits for devices, up to 10 minutes; 5 s unless given
 * @param noise that devices add before they mask; none unless given
 */
public record SecureSettings(
        Mode mode,
        @Nullable Integer bits,
        @Nullable Double range,
        @Nullable Integer threshold,
        @Nullable Boolean alike,
        @Nullable Double mostWeight,
        @Nullable Boolean signed,
        @Nullable Duration step,
        @Nullable Noise noise) {

    /** Each update is seen. */
    public static final SecureSettings NONE =
            new SecureSettings(Mode.NONE, null, null, null, null, null, null, null, null);

    private static final int USUAL_BITS = 24;
    private static final Duration USUAL_STEP = Duration.ofSeconds(5);
    private static final Duration LONGEST_STEP = Duration.ofMinutes(10);

    /** What the service sees. */
    public enum Mode {
        NONE,
        MASKED
    }

    /** Who adds the noise. */
    public enum Kind {
        /** Each device its share, of a discrete Gaussian (arXiv 2102.06387). */
        DISTRIBUTED
    }

    /**
     * Differential privacy without trust in the service.
     *
     * @param clip L2 norm to which devices shorten an update, above 0
     * @param multiplier standard deviation of the noise in a sum of the fewest devices, in units of the clip
     * @param epsilon that all rounds together may cost, above 0; null for no limit
     * @param delta of every ε, above 0 and below 1: well below one over the number of devices; 1e-5 unless given
     * @param deviceEpsilon that the rounds of one device may cost, above 0; null for no limit
     */
    public record Noise(
            Kind kind,
            double clip,
            double multiplier,
            @Nullable Double epsilon,
            @Nullable Double delta,
            @Nullable Double deviceEpsilon) {

        private static final double USUAL_DELTA = 1e-5;

        public Noise {
            if (kind == null || !(clip > 0 && Double.isFinite(clip)) || !(multiplier > 0.01 && multiplier <= 1e6)) {
                throw new IllegalArgumentException(
                        "noise is of the kind DISTRIBUTED, its clip above 0, its multiplier above 0.01 and at most 1e6");
            }
            allowance(epsilon, delta, deviceEpsilon);
        }

        /** Without limits to what it costs. */
        public Noise(Kind kind, double clip, double multiplier) {
            this(kind, clip, multiplier, null, null, null);
        }

        /** What may be spent; counted by Rényi divergences, since no loss distribution of this noise is known. */
        public Allowance allowance() {
            return allowance(epsilon, delta, deviceEpsilon);
        }

        private static Allowance allowance(
                @Nullable Double epsilon, @Nullable Double delta, @Nullable Double deviceEpsilon) {
            return new Allowance(
                    epsilon, delta == null ? USUAL_DELTA : delta, deviceEpsilon, PrivacySettings.Method.RDP);
        }
    }

    public SecureSettings {
        if (mode == null) {
            throw new IllegalArgumentException("mode of secure is NONE or MASKED");
        }
        if (mode == Mode.NONE
                && Stream.of(bits, range, threshold, alike, mostWeight, signed, step, noise)
                        .anyMatch(Objects::nonNull)) {
            throw new IllegalArgumentException("secure has the mode NONE and settings for masks: choose MASKED");
        }
        requireNumbers(bits, range, threshold, mostWeight, step);
        if (noise != null && (range != null || Boolean.FALSE.equals(alike))) {
            throw new IllegalArgumentException(
                    Boolean.FALSE.equals(alike)
                            ? "noise suits a device that counts as one, one with more examples would show through: leave alike out"
                            : "with noise, updates are shortened to its clip: leave range out");
        }
    }

    private static void requireNumbers(
            @Nullable Integer bits,
            @Nullable Double range,
            @Nullable Integer threshold,
            @Nullable Double mostWeight,
            @Nullable Duration step) {
        if (bits != null && (bits < 8 || bits > 32) || range != null && !(range > 0 && Double.isFinite(range))) {
            throw new IllegalArgumentException("bits are 8 to 32, and a range is above 0");
        }
        if (threshold != null && threshold < 2 || mostWeight != null && !(mostWeight > 0)) {
            throw new IllegalArgumentException(
                    "threshold is 2 or more, a sum of one hides nothing; most_weight is above 0");
        }
        if (step != null && (!step.isPositive() || step.compareTo(LONGEST_STEP) > 0)) {
            throw new IllegalArgumentException("step is above 0 and at most " + LONGEST_STEP);
        }
    }

    /** Whether single updates stay hidden. */
    public boolean masked() {
        return mode == Mode.MASKED;
    }

    /** What a round keeps of this; null where updates are seen. */
    @Nullable SecurePolicy policy(RoundPolicy rounds) {
        return masked() ? new SecurePolicy(fewest(rounds), step == null ? USUAL_STEP : step) : null;
    }

    int fewest(RoundPolicy rounds) {
        return Math.max(threshold == null ? 0 : threshold, rounds.quorum());
    }

    /** Devices without which a round need not begin, beside its quorum. */
    int leastSelected() {
        return threshold == null ? 0 : threshold;
    }

    int modulus() {
        return bits == null ? USUAL_BITS : bits;
    }

    double cutOff() {
        return range == null ? 1 : range;
    }

    double most(double ofUpdate) {
        return mostWeight == null ? ofUpdate : Math.min(mostWeight, ofUpdate);
    }

    boolean asOne() {
        return noise != null || Boolean.TRUE.equals(alike);
    }

    boolean vouched() {
        return Boolean.TRUE.equals(signed);
    }

    /** @throws IllegalArgumentException with why and what to choose instead, if something else excludes this */
    void requireSuits(Strategy strategy, RoundPolicy rounds) {
        if (!masked()) {
            return;
        }
        if (fewest(rounds) < 2 || fewest(rounds) > rounds.goal()) {
            throw new IllegalArgumentException(
                    "a secure sum is of 2 devices or more, and of no more than the goal: mend threshold or quorum");
        }
        Combination plain = Combination.of(strategy).summed(Summation.SECURE, 1);
        Combination weighted = asOne() ? plain.weighted(Weights.EQUAL) : plain.weighted(Weights.EXAMPLES);
        Combination chosen = noise == null ? weighted : weighted.withNoise();
        chosen.conflicts().stream().findFirst().ifPresent(conflict -> {
            throw new IllegalArgumentException(conflict.code() + ": " + conflict.why() + " " + conflict.mend());
        });
    }
}
