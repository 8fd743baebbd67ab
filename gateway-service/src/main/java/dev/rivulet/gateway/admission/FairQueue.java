// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.identity.Caller.Priority;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who comes next of those that wait for one model. The most urgent class comes first, but one that was passed over for
 * {@code aging} counts as one class more urgent, for two of them as two, until it has had its turn: less urgent classes get
 * little and never nothing. In a class keys share by tokens ({@link KeyShares}). Pure; for one thread at a time.
 */
final class FairQueue<T> {

    private final Map<Priority, KeyShares<T>> classes = new EnumMap<>(Priority.class);
    private final Map<Priority, Long> passedOverSince = new EnumMap<>(Priority.class);
    private final Map<String, Integer> perKey = new HashMap<>();
    private int size;

    FairQueue() {
        for (Priority priority : Priority.values()) {
            classes.put(priority, new KeyShares<>());
            passedOverSince.put(priority, 0L);
        }
    }

    int size() {
        return size;
    }

    /** How many requests of a key wait. */
    int size(String key) {
        return perKey.getOrDefault(key, 0);
    }

    void add(Waiter<T> waiter) {
        KeyShares<T> shares = shares(waiter.priority());
        if (shares.size() == 0) {
            passedOverSince.put(waiter.priority(), waiter.since());
        }
        shares.add(waiter);
        size++;
        perKey.merge(waiter.key(), 1, Integer::sum);
    }

    /** Takes one out of the queue who gives up; false if it was not there. */
    boolean remove(Waiter<T> waiter) {
        boolean removed = shares(waiter.priority()).remove(waiter);
        if (removed) {
            gone(waiter);
        }
        return removed;
    }

    /** Takes the next one out; null if nobody waits. */
    @Nullable Waiter<T> poll(long now, long aging) {
        Priority next = nextClass(now, aging);
        if (next == null) {
            return null;
        }
        Waiter<T> waiter = shares(next).poll();
        passedOverSince.put(next, now);
        gone(waiter);
        return waiter;
    }

    /** A request took more or fewer tokens than was thought: its key pays or gets back the difference. */
    void charge(Priority priority, String key, long tokens) {
        shares(priority).charge(key, tokens);
    }

    /**
     * Who would have to make room for one more request of this key in a full queue: the youngest of the key that holds most
     * places in the least urgent class, if that class is less urgent than the newcomer's, or the key holds more than the
     * newcomer's would.
     *
     * @return null if nobody has to
     */
    @Nullable Waiter<T> displacedBy(Entrant newcomer) {
        Priority[] leastUrgentFirst = Priority.values();
        for (int i = leastUrgentFirst.length - 1; i >= newcomer.priority().ordinal(); i--) {
            boolean same = leastUrgentFirst[i] == newcomer.priority();
            KeyShares<T> shares = shares(leastUrgentFirst[i]);
            Waiter<T> youngest = shares.youngestOfLargest(same ? shares.size(newcomer.key()) + 1 : 0);
            if (youngest != null) {
                return youngest;
            }
        }
        return null;
    }

    /** How many are served before one more request of this key and class would be, as far as is known now. */
    int ahead(Priority priority, String key) {
        int ahead = 0;
        for (Priority moreUrgent : Priority.values()) {
            if (moreUrgent == priority) {
                break;
            }
            ahead += shares(moreUrgent).size();
        }
        return ahead + shares(priority).ahead(key);
    }

    /** Whether someone of a more urgent class waits. */
    boolean moreUrgentWaits(Priority priority) {
        for (Priority other : Priority.values()) {
            if (other == priority) {
                break;
            }
            if (shares(other).size() > 0) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Priority nextClass(long now, long aging) {
        Priority next = null;
        long least = Long.MAX_VALUE;
        for (Priority candidate : Priority.values()) {
            if (shares(candidate).size() > 0) {
                long passedOver = now - passedOverSince.getOrDefault(candidate, now);
                long urgency = candidate.ordinal() * aging - passedOver;
                if (urgency < least) {
                    least = urgency;
                    next = candidate;
                }
            }
        }
        return next;
    }

    private void gone(Waiter<T> waiter) {
        size--;
        perKey.computeIfPresent(waiter.key(), (key, count) -> count == 1 ? null : count - 1);
    }

    private KeyShares<T> shares(Priority priority) {
        KeyShares<T> shares = classes.get(priority);
        if (shares == null) {
            throw new IllegalStateException("every class has its shares");
        }
        return shares;
    }
}
