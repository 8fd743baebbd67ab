// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one thing after the other, in the order they come, on the thread of whoever brings the first: nobody waits for a lock. What one of them
 * throws keeps none of the others from running.
 */
final class SerialQueue implements Executor {

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void execute(Runnable action) {
        waiting.add(action);
        if (count.getAndIncrement() > 0) {
            return;
        }
        RuntimeException failure = null;
        do {
            Runnable next = waiting.poll();
            try {
                if (next != null) {
                    next.run();
                }
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        } while (count.decrementAndGet() > 0);
        if (failure != null) {
            throw failure;
        }
    }
}
