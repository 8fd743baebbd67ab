// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import java.time.Duration;

/**
 * How fast a device could send lately: a running mean that forgets. Immutable.
 *
 * @param bytesPerSecond above 0
 */
public record Bandwidth(double bytesPerSecond) {

    /** How much the newest transfer counts. */
    private static final double NEWEST = 0.3;

    public Bandwidth {
        if (!(bytesPerSecond > 0) || bytesPerSecond == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("a bandwidth is above 0, not " + bytesPerSecond);
        }
    }

    /**
     * With one more transfer.
     *
     * @param bytes sent, above 0
     * @param took above 0
     */
    public Bandwidth after(long bytes, Duration took) {
        double seconds = Math.max(1e-6, took.toNanos() / 1e9);
        return new Bandwidth((1 - NEWEST) * bytesPerSecond + NEWEST * bytes / seconds);
    }
}
