// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.admission.Lane.Decision;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Carries out what each model's {@link Lane} decides: lets requests in, has them wait, or refuses them. A full queue of one
 * model holds up no other's. Safe for use by many threads.
 */
public final class AdmissionGate {

    private static final int MOST_LANES = 1_000;
    private static final long IDLE = TimeUnit.MINUTES.toNanos(10);

    private final Supplier<AdmissionSettings> settings;
    private final LongSupplier nanos;
    private final Scheduler timers;
    private final Map<String, Lane<MonoSink<Permit>>> lanes = new ConcurrentHashMap<>();

    /** Lanes to look at when this thread has let in those of the lane it is at; unset while it is at none. */
    private final ThreadLocal<@Nullable Queue<Lane<MonoSink<Permit>>>> opening = new ThreadLocal<>();

    /**
     * @param settings asked at every decision
     * @param nanos a monotonic clock
     * @param timers ends waits that took too long
     */
    AdmissionGate(Supplier<AdmissionSettings> settings, LongSupplier nanos, Scheduler timers) {
        this.settings = settings;
        this.nanos = nanos;
        this.timers = timers;
    }

    /**
     * Asks to come in. Cancelling gives up the place in the queue.
     *
     * @return the permit; or a {@link ProblemException} with {@code queue_full} or {@code deadline_exceeded} at once, or
     *     with {@code queue_timeout}, {@code deadline_exceeded} or {@code queue_full} later
     */
    public Mono<Permit> enter(Entrant entrant) {
        return Mono.<Permit>create(sink -> new Visit(lane(entrant.model()), entrant).admit(sink))
                .doOnDiscard(Permit.class, Permit::close);
    }

    /** Requests that run now, of all models. */
    public int running() {
        return sum(Lane::running);
    }

    /** Requests that wait now, of all models. */
    public int waiting() {
        return sum(Lane::waiting);
    }

    /** The models that were asked for of late. */
    public Set<String> models() {
        return Set.copyOf(lanes.keySet());
    }

    /** Requests of a model that may run at once now; 0 if nobody asks for it. */
    public int limit(String model) {
        Lane<MonoSink<Permit>> lane = lanes.get(model);
        if (lane == null) {
            return 0;
        }
        synchronized (lane) {
            return lane.limit(settings.get());
        }
    }

    /** A replica is asked for an answer of a model; what is learnt of it moves the model's limit. */
    public Asked asking(String model, long tokens) {
        return new Asked(lane(model), tokens);
    }

    /** Lets in those for whom there is room, after a limit has grown. */
    void reconsider() {
        lanes.values().forEach(this::admit);
    }

    /** Lets limits rise that hold others up for nothing, and forgets models that nobody has asked for long. */
    void lookOver() {
        long now = nanos.getAsLong();
        lanes.values().removeIf(lane -> {
            synchronized (lane) {
                lane.lookOver(settings.get(), now);
                return lane.idleFor(IDLE, now);
            }
        });
        reconsider();
    }

    private Lane<MonoSink<Permit>> lane(String model) {
        Lane<MonoSink<Permit>> known = lanes.get(model);
        if (known != null) {
            return known;
        }
        // Models that are asked for here have a replica; beyond this many they share one lane.
        String name = lanes.size() < MOST_LANES ? model : "";
        return lanes.computeIfAbsent(name, added -> new Lane<>(settings.get(), nanos.getAsLong()));
    }

    private int sum(ToIntFunction<Lane<?>> count) {
        int sum = 0;
        for (Lane<?> lane : lanes.values()) {
            synchronized (lane) {
                sum += count.applyAsInt(lane);
            }
        }
        return sum;
    }

    /**
     * Lets in those of a lane for whom there is room. Who is let in may leave at once and so let in the next, and that one
     * too: they come one after another from one loop, since a queue that empties so would need a stack as deep as it is long.
     */
    private void admit(Lane<MonoSink<Permit>> lane) {
        Queue<Lane<MonoSink<Permit>>> others = opening.get();
        if (others != null) {
            others.add(lane);
            return;
        }
        others = new ArrayDeque<>();
        opening.set(others);
        try {
            for (Lane<MonoSink<Permit>> next = lane; next != null; next = others.poll()) {
                letIn(next);
            }
        } finally {
            opening.remove();
        }
    }

    private void letIn(Lane<MonoSink<Permit>> lane) {
        List<Waiter<MonoSink<Permit>>> admitted;
        synchronized (lane) {
            admitted = lane.admit(settings.get(), nanos.getAsLong());
        }
        admitted.forEach(waiter -> waiter.payload()
                .success(permit(lane, new Entrant("", waiter.key(), waiter.priority(), waiter.tokens(), null), false)));
    }

    private Permit permit(Lane<MonoSink<Permit>> lane, Entrant entrant, boolean headroom) {
        return new Permit(entrant.tokens(), tokens -> {
            synchronized (lane) {
                lane.charge(entrant.priority(), entrant.key(), tokens - entrant.tokens());
                lane.finished(settings.get(), entrant.key(), headroom, nanos.getAsLong());
            }
            admit(lane);
        });
    }

    /** One request on its way in. */
    private final class Visit {

        private final Lane<MonoSink<Permit>> lane;
        private final Entrant entrant;

        Visit(Lane<MonoSink<Permit>> lane, Entrant entrant) {
            this.lane = lane;
            this.entrant = entrant;
        }

        void admit(MonoSink<Permit> sink) {
            Decision<MonoSink<Permit>> decision;
            synchronized (lane) {
                decision = lane.arrive(settings.get(), entrant, sink, nanos.getAsLong());
            }
            switch (decision) {
                case Decision.Run<MonoSink<Permit>>(boolean headroom) -> sink.success(permit(lane, entrant, headroom));
                case Decision.Wait<MonoSink<Permit>> wait -> await(wait);
                case Decision.Full<MonoSink<Permit>>(Duration retryAfter) -> sink.error(full(retryAfter));
                case Decision.TooLate<MonoSink<Permit>>(Duration retryAfter) ->
                    sink.error(tooLate(
                            "The time that the request allows is shorter than the queue of its model.", retryAfter));
            }
        }

        private void await(Decision.Wait<MonoSink<Permit>> wait) {
            Waiter<MonoSink<Permit>> displaced = wait.displaced();
            if (displaced != null) {
                displaced.payload().error(full(retryAfter(displaced.priority(), displaced.key())));
            }
            Disposable timer = timers.schedule(() -> expire(wait), wait.nanos(), TimeUnit.NANOSECONDS);
            wait.waiter().payload().onDispose(() -> {
                timer.dispose();
                leaveQueue(wait.waiter());
            });
        }

        private void expire(Decision.Wait<MonoSink<Permit>> wait) {
            if (leaveQueue(wait.waiter())) {
                Duration retryAfter = retryAfter(entrant.priority(), entrant.key());
                wait.waiter()
                        .payload()
                        .error(
                                wait.untilDeadline()
                                        ? tooLate("The time that the request allowed ran out in the queue.", retryAfter)
                                        : waitedTooLong(Duration.ofNanos(wait.nanos()), retryAfter));
            }
        }

        /** Whether it was still there: who takes a waiter out of the queue decides what becomes of it. */
        private boolean leaveQueue(Waiter<MonoSink<Permit>> waiter) {
            synchronized (lane) {
                return lane.leaveQueue(waiter);
            }
        }

        private Duration retryAfter(Priority priority, String key) {
            synchronized (lane) {
                return lane.retryAfter(priority, key);
            }
        }
    }

    /** One request as a replica sees it. Each of the calls counts once; safe for use by many threads. */
    public final class Asked {

        private final Lane<MonoSink<Permit>> lane;
        private final long tokens;
        private final long since = nanos.getAsLong();
        private final AtomicBoolean waiting = new AtomicBoolean(true);

        private Asked(Lane<MonoSink<Permit>> lane, long tokens) {
            this.lane = lane;
            this.tokens = tokens;
            synchronized (lane) {
                lane.asked();
            }
        }

        /** The first byte of the content has come, at a time that does not depend on the answer's length. */
        public void firstByte() {
            if (over()) {
                synchronized (lane) {
                    lane.adaptive().began(settings.get(), since, tokens, nanos.getAsLong());
                }
                admit(lane);
            }
        }

        /** The replica has refused it because too many are there. */
        public void refused() {
            if (over()) {
                synchronized (lane) {
                    lane.adaptive().refused(settings.get(), since, nanos.getAsLong());
                }
            }
        }

        /**
         * It has ended.
         *
         * @param queued nanoseconds that it waited at the replica before it was worked on, if the replica says so
         */
        public void ended(OptionalLong queued) {
            over();
            if (queued.isPresent()) {
                synchronized (lane) {
                    lane.adaptive().queued(settings.get(), since, queued.getAsLong(), nanos.getAsLong());
                }
                admit(lane);
            }
        }

        private boolean over() {
            boolean first = waiting.compareAndSet(true, false);
            if (first) {
                synchronized (lane) {
                    lane.answered();
                }
            }
            return first;
        }
    }

    private static ProblemException full(Duration retryAfter) {
        return new ProblemException(Problem.of(
                        ProblemCode.QUEUE_FULL,
                        "Too many requests of this key or for this model are running and waiting. Send this one again after "
                                + "the seconds in Retry-After.")
                .retryAfter(retryAfter));
    }

    private static ProblemException waitedTooLong(Duration waited, Duration retryAfter) {
        return new ProblemException(Problem.of(
                        ProblemCode.QUEUE_TIMEOUT,
                        "No place came free within " + waited.toMillis()
                                + " ms. Send this request again after the seconds in Retry-After.")
                .retryAfter(retryAfter));
    }

    private static ProblemException tooLate(String why, Duration retryAfter) {
        return new ProblemException(Problem.of(
                        ProblemCode.DEADLINE_EXCEEDED,
                        why + " Allow more, or send it after the seconds in Retry-After.")
                .retryAfter(retryAfter));
    }
}
