// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import java.time.Duration;

/**
 * How fast requests finish while the gateway is full, as a moving average of the time between two of them; guarded by its
 * owner.
 */
final class ServiceRate {

    private static final double WEIGHT = 0.1;
    private static final long SHORTEST = 1;
    private static final long LONGEST = 60;

    private double secondsEach;
    private long last;
    private boolean known;
    private boolean pairing;

    /**
     * One request has finished.
     *
     * @param nanos now, by a monotonic clock
     * @param saturated whether others waited, or the limit was reached: time without work says nothing about the rate
     */
    void finished(long nanos, boolean saturated) {
        if (!saturated) {
            pairing = false;
            return;
        }
        if (pairing) {
            double gap = Math.max(0, nanos - last) / 1e9;
            secondsEach = known ? secondsEach + WEIGHT * (gap - secondsEach) : gap;
            known = true;
        }
        pairing = true;
        last = nanos;
    }

    /** How long {@code ahead} requests take at this rate, in nanoseconds; 0 if it is not known yet. */
    long nanosFor(int ahead) {
        return known ? (long) (secondsEach * ahead * 1e9) : 0;
    }

    /** How long {@code ahead} requests take at this rate: whole seconds, 1 to 60. */
    Duration timeFor(int ahead) {
        double seconds = known ? secondsEach * ahead : SHORTEST;
        return Duration.ofSeconds(Math.clamp((long) Math.ceil(seconds), SHORTEST, LONGEST));
    }
}
