// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import java.time.Duration;

/** How many requests leave per second, smoothed over about ten of them. Not thread-safe. */
final class ServiceRate {

    private static final double WEIGHT = 0.1;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private double secondsPerRequest;
    private long last;

    /** A request left at {@code now}, nanoseconds; {@code busy} is whether others were waiting since the one before. */
    void left(long now, boolean busy) {
        if (last != 0 && busy) {
            double seconds = (now - last) / 1e9;
            secondsPerRequest =
                    secondsPerRequest == 0 ? seconds : secondsPerRequest + WEIGHT * (seconds - secondsPerRequest);
        }
        last = now;
    }

    /** How long until {@code requests} have left, one second to one minute. */
    Duration until(int requests) {
        long millis = (long) Math.min(LONGEST.toMillis(), Math.ceil(requests * secondsPerRequest * 1000));
        return Duration.ofMillis(Math.max(1000, millis));
    }
}
