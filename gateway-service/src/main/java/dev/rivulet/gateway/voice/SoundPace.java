// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.util.function.LongSupplier;

/** Whether sound comes faster than it may: a bucket of samples that fills with time. Used by one thread at a time. */
final class SoundPace {

    private static final double NANOS = 1e9;

    private final double rate;
    private final double most;
    private final LongSupplier nanos;
    private double left;
    private long before;

    /**
     * @param rate samples a second in the long run
     * @param burst samples that may come at once
     */
    SoundPace(double rate, double burst, LongSupplier nanos) {
        this.rate = rate;
        this.most = burst;
        this.nanos = nanos;
        this.left = burst;
        this.before = nanos.getAsLong();
    }

    /** Takes samples in; false if they come too soon. */
    boolean take(int samples) {
        long now = nanos.getAsLong();
        left = Math.min(most, left + (now - before) / NANOS * rate);
        before = now;
        if (samples > left) {
            return false;
        }
        left -= samples;
        return true;
    }
}
