// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.benchmarks.gateway.Load.Outcome;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The same work through one door after another.
 *
 * @param upstream what all doors lead to
 * @param nanos a monotonic clock
 * @param time how long a measurement takes
 */
record Trial(PacedUpstream upstream, LongSupplier nanos, Duration time) {

    private static final Duration TOKEN = Duration.ofMillis(20);
    private static final Duration FOREVER = Duration.ofHours(1);
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /**
     * What was seen at one door.
     *
     * @param p50 milliseconds
     * @param p99 milliseconds
     * @param done answers or events
     * @param seconds that it took
     * @param processor seconds of the door's processes
     * @param failed answers that did not come well
     */
    record Seen(double p50, double p99, long done, double seconds, double processor, long failed) {}

    /** Whole answers at a fixed rate. */
    Seen atRate(Door door, int perSecond) throws InterruptedException {
        try (Load load = load(door)) {
            load.closed(4, Duration.ofMillis(300));
            return seen(door, () -> load.atRate(perSecond, time));
        }
    }

    /** Whole answers as fast as they come. */
    Seen closed(Door door, int clients) throws InterruptedException {
        try (Load load = load(door)) {
            load.closed(clients, Duration.ofMillis(300));
            return seen(door, () -> load.closed(clients, time));
        }
    }

    /** Streams of 50 events a second side by side. */
    Seen streams(Door door, int count) throws InterruptedException {
        upstream.pace(new Pace((int) (time.toMillis() / TOKEN.toMillis()), TOKEN, Duration.ZERO));
        try (Load load = load(door)) {
            return seen(door, () -> load.streams(count, time.multipliedBy(3)));
        }
    }

    /**
     * Memory with streams open and silent.
     *
     * @param streams that had begun
     * @param before megabytes without them
     * @param with megabytes with them
     */
    record Held(int streams, double before, double with) {}

    /** Memory with so many streams open and silent, or with as many of them as begin. */
    Held idle(Door door, int count) throws InterruptedException {
        upstream.pace(new Pace(1, Duration.ZERO, FOREVER));
        double before = door.megabytes();
        try (Load load = load(door)) {
            Load.Open open = load.hold(count);
            Thread.sleep(SETTLED);
            double with = door.megabytes();
            open.streams().dispose();
            return new Held(open.begun(), before, with);
        }
    }

    private interface Work {
        Outcome run() throws InterruptedException;
    }

    private Seen seen(Door door, Work work) throws InterruptedException {
        door.settle();
        double processor = door.processor();
        long begin = nanos.getAsLong();
        Outcome outcome = work.run();
        double seconds = (nanos.getAsLong() - begin) / 1e9;
        Delays delays = outcome.delays();
        return new Seen(
                delays.millis(50),
                delays.millis(99),
                delays.count(),
                seconds,
                door.processor() - processor,
                outcome.failed());
    }

    private Load load(Door door) {
        return new Load(door.port(), door.key(), nanos);
    }
}
