// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Jobs that are not wanted any more: the last ten thousand that were told. Thread-safe. */
public final class Cancellations {

    private static final int REMEMBERED = 10_000;

    private final Set<String> known = new LinkedHashSet<>();
    private final ConcurrentLinkedQueue<String> news = new ConcurrentLinkedQueue<>();

    /** A job is not wanted any more. */
    public void add(String job) {
        synchronized (this) {
            if (!known.add(job)) {
                return;
            }
            if (known.size() > REMEMBERED) {
                Iterator<String> oldest = known.iterator();
                oldest.next();
                oldest.remove();
            }
        }
        news.add(job);
    }

    public synchronized boolean contains(String job) {
        return known.contains(job);
    }

    /** Tells what came since the last time. */
    public void drain(Consumer<String> action) {
        for (@Nullable String job = news.poll(); job != null; job = news.poll()) {
            action.accept(job);
        }
    }
}
