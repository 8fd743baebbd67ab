// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The places of one stage, over all jobs: so many run, so many wait, first come first served. Safe for use by many threads. */
final class Lane {

    private final int places;
    private final int queue;
    private final Deque<Place> waiting = new ArrayDeque<>();
    private int taken;

    Lane(int places, int queue) {
        this.places = places;
        this.queue = queue;
    }

    /** A place, or a wait for one. */
    final class Place {

        private final Runnable granted;
        private boolean has;
        private boolean left;

        private Place(Runnable granted) {
            this.granted = granted;
        }

        /** Gives it back, or waits no longer. Further calls do nothing. */
        void leave() {
            Optional<Place> next;
            synchronized (Lane.this) {
                if (left) {
                    return;
                }
                left = true;
                next = has ? handOn() : Optional.empty();
                waiting.remove(this);
            }
            next.ifPresent(place -> place.granted.run());
        }
    }

    /**
     * Asks for a place.
     *
     * @param granted run once where it is there: at once, or on the thread of whoever leaves
     * @return empty if no more may wait
     */
    Optional<Place> enter(Runnable granted) {
        Place place = new Place(granted);
        synchronized (this) {
            if (taken == places) {
                if (waiting.size() == queue) {
                    return Optional.empty();
                }
                waiting.add(place);
                return Optional.of(place);
            }
            taken++;
            place.has = true;
        }
        granted.run();
        return Optional.of(place);
    }

    private Optional<Place> handOn() {
        Place next = waiting.poll();
        if (next == null) {
            taken--;
            return Optional.empty();
        }
        next.has = true;
        return Optional.of(next);
    }

    synchronized int taken() {
        return taken;
    }

    synchronized int waiting() {
        return waiting.size();
    }
}
