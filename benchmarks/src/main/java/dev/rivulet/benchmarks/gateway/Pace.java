// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import java.time.Duration;

/**
 * How an upstream streams.
 *
 * @param events number of events with content, at least 1
 * @param interval time between two of them
 * @param then time from the last event to the end of the stream
 */
record Pace(int events, Duration interval, Duration then) {

    Pace {
        if (events < 1 || interval.isNegative() || then.isNegative()) {
            throw new IllegalArgumentException("a pace has at least one event and no negative times");
        }
    }
}
