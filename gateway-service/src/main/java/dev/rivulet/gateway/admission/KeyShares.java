// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Start-time fair queueing (Goyal, Vin and Cheng 1996) between keys: each has a counter that grows by the tokens of every
 * request served, and the key with the lowest comes next. A key that was away starts at the counter of the one served last,
 * so that it neither waits behind those who were there nor has saved anything up. Requests of one key come in order of
 * arrival. The same law as the replicas' virtual token counters. Pure; for one thread at a time.
 */
final class KeyShares<T> {

    private static final int MOST_ABSENT = 10_000;

    private static final class Share<T> {

        private final String key;
        private final long order;
        private final ArrayDeque<Waiter<T>> waiters = new ArrayDeque<>();
        private long counter;

        Share(String key, long order, long counter) {
            this.key = key;
            this.order = order;
            this.counter = counter;
        }
    }

    private final Map<String, Share<T>> shares = new HashMap<>();
    private final TreeSet<Share<T>> waiting =
            new TreeSet<>(Comparator.<Share<T>>comparingLong(one -> one.counter).thenComparingLong(one -> one.order));
    private long served;
    private long order;
    private int size;

    int size() {
        return size;
    }

    int size(String key) {
        Share<T> share = shares.get(key);
        return share == null ? 0 : share.waiters.size();
    }

    void add(Waiter<T> waiter) {
        Share<T> share = shares.computeIfAbsent(waiter.key(), key -> new Share<>(key, order++, served));
        if (share.waiters.isEmpty()) {
            share.counter = Math.max(share.counter, served);
        }
        share.waiters.add(waiter);
        waiting.add(share);
        size++;
    }

    boolean remove(Waiter<T> waiter) {
        Share<T> share = shares.get(waiter.key());
        if (share == null || !share.waiters.remove(waiter)) {
            return false;
        }
        size--;
        tidy(share);
        return true;
    }

    /** @throws NoSuchElementException if nobody waits */
    Waiter<T> poll() {
        Share<T> next = waiting.removeFirst();
        Waiter<T> waiter = next.waiters.remove();
        served = next.counter;
        next.counter += waiter.tokens();
        waiting.add(next);
        size--;
        tidy(next);
        return waiter;
    }

    void charge(String key, long tokens) {
        Share<T> share = shares.get(key);
        if (share != null) {
            boolean present = waiting.remove(share);
            share.counter = Math.max(0, share.counter + tokens);
            if (present) {
                waiting.add(share);
            }
        }
    }

    /** The youngest request of the key that holds most places; null if none holds more than {@code held}. */
    @Nullable Waiter<T> youngestOfLargest(int held) {
        return waiting.stream()
                .filter(share -> share.waiters.size() > held)
                .max(Comparator.comparingInt(share -> share.waiters.size()))
                .map(share -> share.waiters.getLast())
                .orElse(null);
    }

    /** How many are served before one more request of this key, if all weigh the same: keys take turns. */
    int ahead(String key) {
        int own = size(key);
        int ahead = own;
        for (Share<T> other : waiting) {
            if (!other.key.equals(key)) {
                ahead += Math.min(other.waiters.size(), own + 1);
            }
        }
        return ahead;
    }

    /** What a key has had is remembered for as long as it would make a difference, and others wait. */
    private void tidy(Share<T> changed) {
        if (changed.waiters.isEmpty()) {
            waiting.remove(changed);
        }
        if (size == 0) {
            shares.clear();
            served = 0;
        } else if (shares.size() - waiting.size() > MOST_ABSENT) {
            shares.values().removeIf(share -> share.waiters.isEmpty());
        }
    }
}
