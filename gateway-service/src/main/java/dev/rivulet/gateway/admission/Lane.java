// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.identity.Caller.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one model: those that run, those that wait, and every decision about them. Pure: time is given in
 * nanoseconds, effects are the caller's. For one thread at a time.
 */
final class Lane<T> {

    /** What becomes of a request that comes. */
    sealed interface Decision<T> {

        /**
         * It runs now.
         *
         * @param headroom whether beyond the limit; {@link Lane#finished} wants to know
         */
        record Run<T>(boolean headroom) implements Decision<T> {}

        /**
         * It waits.
         *
         * @param nanos how long at most
         * @param untilDeadline whether its own time is over then, or the queue's
         * @param displaced who lost his place to it
         */
        record Wait<T>(
                Waiter<T> waiter,
                long nanos,
                boolean untilDeadline,
                @Nullable Waiter<T> displaced) implements Decision<T> {}

        /** There is no room to wait either. */
        record Full<T>(Duration retryAfter) implements Decision<T> {}

        /** Its time will be over before its turn comes. */
        record TooLate<T>(Duration retryAfter) implements Decision<T> {}
    }

    private final FairQueue<T> queue = new FairQueue<>();
    private final ServiceRate rate = new ServiceRate();
    private final AdaptiveLimit limit;
    private final Places places = new Places();
    private int unanswered;
    private long usedAt;

    Lane(AdmissionSettings settings, long now) {
        this.limit = new AdaptiveLimit(settings, now);
        this.usedAt = now;
    }

    int running() {
        return places.within() + places.beyond();
    }

    int waiting() {
        return queue.size();
    }

    int limit(AdmissionSettings settings) {
        return limit.limit(settings);
    }

    AdaptiveLimit adaptive() {
        return limit;
    }

    /** Whether nothing runs or waits, and nothing has for {@code nanos}. */
    boolean idleFor(long nanos, long now) {
        return running() == 0 && queue.size() == 0 && now - usedAt > nanos;
    }

    /** A request comes. */
    Decision<T> arrive(AdmissionSettings settings, Entrant entrant, T payload, long now) {
        usedAt = now;
        if (queue.size() == 0 && places.within() < limit(settings)) {
            begin(settings, entrant.key());
            return new Decision.Run<>(false);
        }
        limit.running(settings, places.within());
        if (hasHeadroom(settings, entrant)) {
            places.take(entrant.key(), true);
            return new Decision.Run<>(true);
        }
        Duration timeLeft = entrant.timeLeft();
        if (timeLeft != null && rate.nanosFor(ahead(entrant)) > timeLeft.toNanos()) {
            return new Decision.TooLate<>(retryAfter(entrant));
        }
        if (settings.queue() == 0
                || queue.size(entrant.key()) >= settings.keyQueue()
                || wouldWaitTooLong(settings, entrant)) {
            return new Decision.Full<>(retryAfter(entrant));
        }
        Waiter<T> displaced = null;
        if (queue.size() >= settings.queue()) {
            displaced = queue.displacedBy(entrant);
            if (displaced == null) {
                return new Decision.Full<>(retryAfter(entrant));
            }
            queue.remove(displaced);
        }
        Waiter<T> waiter = new Waiter<>(payload, entrant, now);
        queue.add(waiter);
        return wait(settings, waiter, timeLeft, displaced);
    }

    /** A key of which nothing runs or waits comes in at once beyond the limit if others have several places, one request of it. */
    private boolean hasHeadroom(AdmissionSettings settings, Entrant entrant) {
        return places.beyond() < settings.headroomOf(limit(settings))
                && places.outnumbered(entrant.key())
                && queue.size(entrant.key()) == 0
                && !queue.moreUrgentWaits(entrant.priority());
    }

    /** The queue is as long as it may be in time, too. A short one says nothing: the rate may be of another time. */
    private boolean wouldWaitTooLong(AdmissionSettings settings, Entrant entrant) {
        int ahead = ahead(entrant);
        return ahead > limit(settings)
                && rate.nanosFor(ahead) > settings.maxWait().toNanos();
    }

    private Decision<T> wait(
            AdmissionSettings settings, Waiter<T> waiter, @Nullable Duration timeLeft, @Nullable Waiter<T> displaced) {
        if (timeLeft != null && timeLeft.compareTo(settings.maxWait()) <= 0) {
            return new Decision.Wait<>(waiter, timeLeft.toNanos(), true, displaced);
        }
        return new Decision.Wait<>(waiter, settings.maxWait().toNanos(), false, displaced);
    }

    /** A request gives up waiting; false if it does not wait any more: who takes it out decides what becomes of it. */
    boolean leaveQueue(Waiter<T> waiter) {
        return queue.remove(waiter);
    }

    /**
     * A request that ran has ended.
     *
     * @param headroom whether it ran beyond the limit
     */
    void finished(AdmissionSettings settings, String key, boolean headroom, long now) {
        boolean saturated = queue.size() > 0 || places.within() >= limit(settings);
        places.giveBack(key, headroom);
        usedAt = now;
        rate.finished(now, saturated);
    }

    /** A request took so many tokens more, or fewer, than was thought. */
    void charge(Priority priority, String key, long tokens) {
        queue.charge(priority, key, tokens);
    }

    /** Those for whom there is room now, in their order; they run from here on. */
    List<Waiter<T>> admit(AdmissionSettings settings, long now) {
        List<Waiter<T>> admitted = new ArrayList<>();
        while (places.within() < limit(settings)) {
            Waiter<T> next = queue.poll(now, settings.aging().toNanos());
            if (next == null) {
                break;
            }
            begin(settings, next.key());
            admitted.add(next);
        }
        return admitted;
    }

    /** A replica is asked. */
    void asked() {
        unanswered++;
    }

    /** The replica has begun to answer, or never will. */
    void answered() {
        unanswered--;
    }

    /** From time to time: lets a limit rise that holds others up for nothing. */
    void lookOver(AdmissionSettings settings, long now) {
        if (queue.size() > 0 && running() > 0 && unanswered == 0) {
            limit.idleAtReplica(settings, now);
        }
    }

    /** When to come again, by the requests that would be served first and the rate of late: whole seconds, 1 to 60. */
    Duration retryAfter(Priority priority, String key) {
        return rate.timeFor(queue.ahead(priority, key) + 1);
    }

    private Duration retryAfter(Entrant entrant) {
        return retryAfter(entrant.priority(), entrant.key());
    }

    private int ahead(Entrant entrant) {
        return queue.ahead(entrant.priority(), entrant.key()) + 1;
    }

    private void begin(AdmissionSettings settings, String key) {
        places.take(key, false);
        limit.running(settings, places.within());
    }
}
