// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.v1.Capabilities;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whom of those that wait a round asks. By scores, each device is drawn with a chance that grows with its score (Efraimidis and
 * Spirakis, 2006), so that a device with a low one is asked less often and not never. What is null has its usual value.
 *
 * @param kind UNIFORM unless given
 * @param freshness weight of how new a device's examples are, 0 or more; 1 unless given, as all weights
 * @param energy weight of charge
 * @param network weight of upload bandwidth, and of bytes that cost nothing
 * @param reliability weight of the share of its work that it did
 * @param fairness weight of not having been asked more often than others
 * @param halfLife age of examples at which freshness is a half: an hour
 * @param rest time between the beginnings of two rounds of one device: none
 * @param mostShare share of all rounds that one device may be asked in, above 0 and at most 1: 1
 * @param mostDistance devices are left out whose updates lie farther from those of others than this, on average over their last five,
 *     in units of what is usual, above 1: none are
 */
public record Selection(
        @Nullable Kind kind,
        @Nullable Double freshness,
        @Nullable Double energy,
        @Nullable Double network,
        @Nullable Double reliability,
        @Nullable Double fairness,
        @Nullable Duration halfLife,
        @Nullable Duration rest,
        @Nullable Double mostShare,
        @Nullable Double mostDistance) {

    /** How a round draws. */
    public enum Kind {
        /** All have the same chance. */
        UNIFORM,
        /** Chances follow scores. */
        SCORED
    }

    /** All have the same chance, nobody rests, nobody is left out. */
    public static final Selection UNIFORM = new Selection(null, null, null, null, null, null, null, null, null, null);

    /** Rounds from which on shares are looked at: one of one would be all. */
    private static final int LEAST_ROUNDS = 5;
    /** Bytes a second that count as half of the best. */
    private static final double USUAL_BANDWIDTH = 1 << 20;

    private static final double UNKNOWN = 0.5;
    /** No device has no chance. */
    private static final double LEAST_SCORE = 1e-3;

    public Selection {
        for (Double weight : weights(freshness, energy, network, reliability, fairness)) {
            if (!(weight >= 0 && weight <= 1000)) {
                throw new IllegalArgumentException("weights of selection are 0 to 1000");
            }
        }
        if (halfLife != null && !halfLife.isPositive() || rest != null && rest.isNegative()) {
            throw new IllegalArgumentException("half_life is above 0, rest not below");
        }
        if (mostShare != null && !(mostShare > 0 && mostShare <= 1) || mostDistance != null && !(mostDistance > 1)) {
            throw new IllegalArgumentException("most_share is above 0 and at most 1, most_distance above 1");
        }
    }

    private static List<Double> weights(@Nullable Double... given) {
        List<Double> weights = new ArrayList<>();
        for (Double one : given) {
            weights.add(one == null ? 1.0 : one);
        }
        return weights;
    }

    boolean scored() {
        return kind == Kind.SCORED;
    }

    /** When a device may be asked again; the beginning of time if it may now. */
    Instant restedAt(PartTaken part) {
        return rest == null || part.last() == null ? Instant.MIN : part.last().plus(rest);
    }

    /**
     * Whether a device may be asked.
     *
     * @param rounds of the federation so far
     */
    boolean allows(PartTaken part, long rounds, Instant now) {
        boolean share = mostShare == null || rounds < LEAST_ROUNDS || (part.asked() + 1.0) / (rounds + 1) <= mostShare;
        return share && !now.isBefore(restedAt(part));
    }

    /**
     * How good it is to ask a device, above 0 and at most 1: the weighted mean of five grades.
     *
     * @param said what it can do; the default if it said nothing
     * @param meanAsked pieces of work that devices had on average
     */
    double score(Capabilities said, PartTaken part, double meanAsked) {
        boolean silent = said.equals(Capabilities.getDefaultInstance());
        Duration half = halfLife == null ? Duration.ofHours(1) : halfLife;
        double fresh = silent ? UNKNOWN : Math.pow(2, -(double) Math.max(0, said.getDataAgeMs()) / half.toMillis());
        double charge = silent ? UNKNOWN : said.getCharging() ? 1 : Math.clamp(said.getBatteryPercent() / 100.0, 0, 1);
        double fair = 1 / (1 + part.asked() / Math.max(1, meanAsked));
        List<Double> grades = List.of(fresh, charge, bandwidth(said, silent), part.reliability(), fair);
        List<Double> weights = weights(freshness, energy, network, reliability, fairness);
        double sum = 0;
        double total = 0;
        for (int i = 0; i < grades.size(); i++) {
            sum += weights.get(i) * grades.get(i);
            total += weights.get(i);
        }
        return total > 0 ? Math.max(LEAST_SCORE, sum / total) : 1;
    }

    private static double bandwidth(Capabilities said, boolean silent) {
        if (silent || said.getUploadBytesPerSecond() <= 0) {
            return said.getMetered() ? 0 : UNKNOWN;
        }
        double speed = said.getUploadBytesPerSecond();
        return said.getMetered() ? 0 : speed / (speed + USUAL_BANDWIDTH);
    }

    /** Devices in the order in which a round asks them. */
    List<String> ordered(
            List<String> candidates,
            Function<String, Capabilities> said,
            Map<String, PartTaken> parts,
            RandomGenerator random) {
        double mean =
                parts.values().stream().mapToInt(PartTaken::asked).average().orElse(0);
        Map<String, Double> keys = new HashMap<>();
        for (String device : candidates) {
            double score = scored() ? score(said.apply(device), parts.getOrDefault(device, PartTaken.NONE), mean) : 1;
            keys.put(device, Math.log(1 - random.nextDouble()) / score);
        }
        List<String> ordered = new ArrayList<>(candidates);
        ordered.sort(Comparator.comparingDouble((String device) -> -keys.getOrDefault(device, 0.0)));
        return ordered;
    }
}
