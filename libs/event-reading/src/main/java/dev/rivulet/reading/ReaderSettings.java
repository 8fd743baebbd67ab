// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.time.Duration;

/**
 * How a topic is read.
 *
 * @param group the consumer group: the name of the reader
 * @param attempts how often an effect is tried, 1 to 10
 * @param retryWait before the second attempt; four times as long before each further one
 * @param largest bytes of a value
 * @param batch records that one transaction may take
 * @param remember how long the inbox knows an event; longer than the topic keeps it
 */
public record ReaderSettings(
        String group, int attempts, Duration retryWait, int largest, int batch, Duration remember) {

    public ReaderSettings {
        if (group.isBlank() || attempts < 1 || attempts > 10 || largest < 1 || batch < 1 || batch > 10_000) {
            throw new IllegalArgumentException(
                    "a reader has a group, 1 to 10 attempts, a largest value of 1 byte at least and a batch of 1 to 10000");
        }
        if (retryWait.isNegative() || retryWait.toSeconds() > 10 || !remember.isPositive()) {
            throw new IllegalArgumentException("a reader waits up to 10s before a retry and remembers for some time");
        }
    }

    /** With what suits most. */
    public static ReaderSettings of(String group) {
        return new ReaderSettings(group, 3, Duration.ofMillis(50), 1 << 20, 200, Duration.ofDays(8));
    }

    /** The wait after so many attempts. */
    Duration backoff(int attempt) {
        return retryWait.multipliedBy(1L << (2 * (attempt - 1)));
    }
}
