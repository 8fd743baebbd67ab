// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import java.util.SplittableRandom;

/**
 * Who takes part in a simulated round, and how fast.
 *
 * @param cohort updates that a round wants, 1 or more
 * @param overSelection devices that are asked for each update wanted, 1 to 10; what comes when the round has enough is late
 * @param dropout probability with which a device that was asked gives no update, from 0 to below 1
 * @param stragglers share of all devices that are {@code slowdown} times slower, from 0 to 1
 * @param slowdown 1 or more
 */
public record Participation(int cohort, double overSelection, double dropout, double stragglers, double slowdown) {

    /** Simulated seconds that a device of median speed takes for one example, once. */
    private static final double SECONDS_OF_EXAMPLE = 0.001;

    private static final double SPREAD = 0.5;
    private static final long SPEED = 1;

    public Participation {
        if (cohort < 1 || !(overSelection >= 1 && overSelection <= 10) || !(slowdown >= 1)) {
            throw new IllegalArgumentException("a cohort is 1 or more, over-selection 1 to 10, a slowdown 1 or more");
        }
        if (!(dropout >= 0 && dropout < 1) || !(stragglers >= 0 && stragglers <= 1)) {
            throw new IllegalArgumentException("dropout is 0 to below 1, the share of stragglers 0 to 1");
        }
    }

    /** All that are asked answer at their own speed. */
    public static Participation of(int cohort) {
        return new Participation(cohort, 1, 0, 0, 1);
    }

    /** Devices that a round asks. */
    int asked() {
        return (int) Math.ceil(cohort * overSelection);
    }

    /**
     * Simulated seconds of a device for so many examples: its speed is lognormal (deviation 0.5 of the logarithm) and its own for ever.
     *
     * @param examples passes included
     */
    public double seconds(long seed, int device, long examples) {
        SplittableRandom own = Seeds.random(seed, SPEED, device);
        double slow = own.nextDouble() < stragglers ? slowdown : 1;
        return SECONDS_OF_EXAMPLE * examples * slow * Math.exp(SPREAD * own.nextGaussian());
    }
}
