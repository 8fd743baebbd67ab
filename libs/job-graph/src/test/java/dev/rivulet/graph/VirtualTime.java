// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** A clock, a timer and workers in one thread: everything takes as long as it says, and nothing else takes time. */
final class VirtualTime implements Executor, Timer {

    private static final int MOST_STEPS = 10_000_000;

    private record Event(long at, long number, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) ->
            one.at != other.at ? Long.compare(one.at, other.at) : Long.compare(one.number, other.number));
    private long now;
    private long numbers;

    long now() {
        return now;
    }

    @Override
    public void execute(Runnable action) {
        after(Duration.ZERO, action);
    }

    @Override
    public Runnable after(Duration time, Runnable action) {
        Event event = new Event(now + time.toNanos(), numbers++, action);
        events.add(event);
        return () -> events.remove(event);
    }

    /** Lets time pass until nothing is left to happen. */
    void run() {
        for (int steps = 0; !events.isEmpty(); steps++) {
            if (steps == MOST_STEPS) {
                throw new AssertionError("it does not come to an end");
            }
            Event next = events.remove();
            now = next.at;
            next.action.run();
        }
    }

    /** What is still to happen. */
    int pending() {
        return events.size();
    }
}
