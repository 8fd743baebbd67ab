// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Predicate;

/**
 * A bounded queue in front of the broker. Taking a fact in never waits; one thread hands them on, and what the broker doesn't take
 * is dropped and counted.
 */
public final class CompletionLog implements AutoCloseable {

    private final BlockingQueue<CompletionFacts> backlog;
    private final Predicate<CompletionFacts> publisher;
    private final Counter dropped;
    private final Thread thread;

    /** @param publisher sends one fact, may wait; whether it was taken */
    CompletionLog(int backlog, Predicate<CompletionFacts> publisher, MeterRegistry meters) {
        this.backlog = new ArrayBlockingQueue<>(backlog);
        this.publisher = publisher;
        this.dropped = Counter.builder("rivulet.inference.usage.dropped")
                .description("Finished requests that were not told to the broker")
                .register(meters);
        Gauge.builder("rivulet.inference.usage.backlog", this.backlog, BlockingQueue::size)
                .description("Finished requests that wait to be told")
                .register(meters);
        this.thread = Thread.ofPlatform().name("usage").daemon().unstarted(this::publish);
    }

    void start() {
        thread.start();
    }

    /** Takes a fact in. */
    public void record(CompletionFacts facts) {
        if (!backlog.offer(facts)) {
            dropped.increment();
        }
    }

    private void publish() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (!publisher.test(backlog.take())) {
                    dropped.increment();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
