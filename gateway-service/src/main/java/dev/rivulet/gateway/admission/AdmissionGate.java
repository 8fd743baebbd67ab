package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.admission.AdmissionPolicy.Decision;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/** Carries out what {@link AdmissionPolicy} decides: lets requests in, has them wait in order of arrival, or refuses them. */
public final class AdmissionGate {

    private final Supplier<AdmissionSettings> settings;
    private final LongSupplier nanos;
    private final Scheduler timers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<MonoSink<Permit>> waiting = new ArrayDeque<>();
    private final ServiceRate rate = new ServiceRate();
    private int running;

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
     * @return the permit; or a {@link ProblemException} with {@code queue_full} at once or {@code queue_timeout} later
     */
    public Mono<Permit> enter() {
        return Mono.<Permit>create(this::admit).doOnDiscard(Permit.class, Permit::close);
    }

    /** Requests that run now. */
    public int running() {
        return locked(() -> running);
    }

    /** Requests that wait now. */
    public int waiting() {
        return locked(waiting::size);
    }

    /** Lets in those for whom there is room, after a limit has grown. */
    void reconsider() {
        List<MonoSink<Permit>> admitted = locked(this::takeAdmitted);
        admitted.forEach(sink -> sink.success(permit()));
    }

    private void admit(MonoSink<Permit> sink) {
        Decision decision = locked(() -> {
            Decision made = AdmissionPolicy.decide(settings.get(), running, waiting.size());
            if (made == Decision.ADMIT) {
                running++;
            } else if (made == Decision.WAIT) {
                waiting.add(sink);
            }
            return made;
        });
        switch (decision) {
            case ADMIT -> sink.success(permit());
            case WAIT -> await(sink);
            case REFUSE -> sink.error(new ProblemException(full()));
        }
    }

    private void await(MonoSink<Permit> sink) {
        Duration longest = settings.get().maxWait();
        Disposable timer = timers.schedule(() -> expire(sink, longest), longest.toMillis(), TimeUnit.MILLISECONDS);
        sink.onDispose(() -> {
            timer.dispose();
            leaveQueue(sink);
        });
    }

    private void expire(MonoSink<Permit> sink, Duration waited) {
        if (leaveQueue(sink)) {
            sink.error(waitedTooLong(waited));
        }
    }

    /** Whether it was still there: who takes a waiter out of the queue decides what becomes of it. */
    private boolean leaveQueue(MonoSink<Permit> sink) {
        return locked(() -> waiting.remove(sink));
    }

    private Permit permit() {
        return new Permit(this::leave);
    }

    private void leave() {
        List<MonoSink<Permit>> admitted = locked(() -> {
            boolean saturated = !waiting.isEmpty() || running >= settings.get().concurrency();
            running--;
            rate.finished(nanos.getAsLong(), saturated);
            return takeAdmitted();
        });
        admitted.forEach(sink -> sink.success(permit()));
    }

    private List<MonoSink<Permit>> takeAdmitted() {
        List<MonoSink<Permit>> admitted = new ArrayList<>();
        for (int room = AdmissionPolicy.room(settings.get(), running, waiting.size()); room > 0; room--) {
            admitted.add(waiting.remove());
            running++;
        }
        return admitted;
    }

    private Problem full() {
        return Problem.of(
                        ProblemCode.QUEUE_FULL,
                        "Too many requests are running and waiting. Send this one again after the seconds in Retry-After.")
                .retryAfter(estimate());
    }

    private ProblemException waitedTooLong(Duration waited) {
        return new ProblemException(Problem.of(
                        ProblemCode.QUEUE_TIMEOUT,
                        "No place came free within " + waited.toMillis()
                                + " ms. Send this request again after the seconds in Retry-After.")
                .retryAfter(estimate()));
    }

    private Duration estimate() {
        return locked(() -> rate.timeFor(waiting.size() + 1));
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
