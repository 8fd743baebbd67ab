// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves; it begins now, as the clock of the file system does. */
public final class MutableClock extends Clock {

    private Instant now = Instant.now();

    /** Moves it forward, or back. */
    public void advance(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
