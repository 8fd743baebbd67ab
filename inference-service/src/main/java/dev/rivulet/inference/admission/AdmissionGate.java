// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import dev.rivulet.inference.admission.Admission.Granted;
import dev.rivulet.inference.admission.Admission.Refused;
import dev.rivulet.inference.admission.Admission.Ticket;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Counts the requests of every model that are in: as many as there are slots, and the queue besides. Thread-safe. */
public final class AdmissionGate {

    private static final Duration DRAINING_RETRY = Duration.ofSeconds(1);

    private final IntSupplier queue;
    private final LongSupplier clock;
    private final Map<String, Line> lines = new HashMap<>();
    private boolean draining;

    /** The requests of one model. */
    private static final class Line {
        private final ServiceRate rate = new ServiceRate();
        private int inside;
        private int slots;

        int waiting() {
            return Math.max(0, inside - slots);
        }
    }

    /**
     * @param queue requests of one model that may wait, read at every request
     * @param clock nanoseconds
     */
    public AdmissionGate(IntSupplier queue, LongSupplier clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /** Asks for a place at a model with {@code slots} slots. */
    public synchronized Admission admit(String model, int slots) {
        if (draining) {
            return new Refused(closed());
        }
        Line line = lines.computeIfAbsent(model, name -> new Line());
        line.slots = slots;
        int limit = queue.getAsInt();
        if (line.waiting() >= limit && line.inside >= slots) {
            return new Refused(full(model, line, limit));
        }
        line.inside++;
        AtomicBoolean open = new AtomicBoolean(true);
        Ticket ticket = () -> {
            if (open.compareAndSet(true, false)) {
                leave(line);
            }
        };
        return new Granted(ticket);
    }

    private static Problem closed() {
        return Problem.of(ProblemCode.DRAINING, "This replica shuts down; send the request again.")
                .retryAfter(DRAINING_RETRY);
    }

    /** Why nobody is let in, whatever the model. */
    public synchronized Optional<Problem> objection() {
        return draining ? Optional.of(closed()) : Optional.empty();
    }

    private static Problem full(String model, Line line, int limit) {
        String message = "The queue of model '" + model + "' is full: " + line.waiting() + " requests wait, " + limit
                + " may. Send the request again after the time in Retry-After.";
        return Problem.of(ProblemCode.QUEUE_FULL, message).retryAfter(line.rate.until(line.waiting() + 1));
    }

    private synchronized void leave(Line line) {
        line.rate.left(clock.getAsLong(), line.inside > line.slots);
        line.inside--;
    }

    /** Lets nobody in from now on. */
    public synchronized void drain() {
        draining = true;
    }

    public synchronized boolean draining() {
        return draining;
    }

    /** Requests inside, of all models together. */
    public synchronized int inside() {
        return lines.values().stream().mapToInt(line -> line.inside).sum();
    }
}
