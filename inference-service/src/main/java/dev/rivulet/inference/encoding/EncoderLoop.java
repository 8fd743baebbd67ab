// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.NoNumbersException;
import dev.rivulet.inference.batching.BatchDecision;
import dev.rivulet.inference.batching.BatchLimits;
import dev.rivulet.inference.batching.BatchPlanner;
import dev.rivulet.inference.batching.WaitingRow;
import dev.rivulet.inference.encoding.EncoderFailure.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of one encoder and the thread that runs its batches. A batch that fails ends the requests in it and no others. Closing
 * lets what waits finish; the model is closed by the thread when it has nothing left.
 */
final class EncoderLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EncoderLoop.class);

    private final EncoderModel model;
    private final BatchPlanner planner;
    private final int queueRows;
    private final LongSupplier nanos;
    private final IntConsumer batches;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Entry> waiting = new LinkedHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Thread thread;
    private long nextId;
    private boolean closing;

    private record Entry(WaitingRow row, Encoding encoding, EncoderJob job, int index) {}

    /** @param batches hears the number of rows of each batch */
    EncoderLoop(
            String name,
            EncoderModel model,
            BatchLimits limits,
            int queueRows,
            LongSupplier nanos,
            IntConsumer batches) {
        this.model = model;
        this.planner = new BatchPlanner(limits);
        this.queueRows = queueRows;
        this.nanos = nanos;
        this.batches = batches;
        this.thread = Thread.ofPlatform().name("encoder-" + name).daemon().unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    EncoderModel model() {
        return model;
    }

    /** Rows that wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Tokens that wait. */
    long tokens() {
        return tokens.get();
    }

    /**
     * Hands in the rows of a request, all or none; empty if the queue has no room for them or the loop closes.
     *
     * @param deadline nanoseconds of the loop's clock
     */
    Optional<EncoderJob> submit(List<Encoding> rows, OptionalLong deadline) {
        lock.lock();
        try {
            if (closing || waiting.size() + rows.size() > queueRows) {
                return Optional.empty();
            }
            EncoderJob job = new EncoderJob(rows.size(), this::dropEnded);
            long now = nanos.getAsLong();
            for (int i = 0; i < rows.size(); i++) {
                WaitingRow row = new WaitingRow(nextId++, rows.get(i).length(), now, deadline.orElse(WaitingRow.NEVER));
                waiting.put(row.id(), new Entry(row, rows.get(i), job, i));
                tokens.addAndGet(row.length());
            }
            changed.signal();
            return Optional.of(job);
        } finally {
            lock.unlock();
        }
    }

    /** Drops the rows of jobs that have ended: cancelled, expired or failed with another batch. */
    private void dropEnded() {
        lock.lock();
        try {
            waiting.values().removeIf(entry -> {
                if (entry.job().ended()) {
                    tokens.addAndGet(-entry.row().length());
                    return true;
                }
                return false;
            });
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            List<Entry> batch = next();
            while (!batch.isEmpty()) {
                run(batch);
                batch = next();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", thread.getName());
        } finally {
            endAll();
            model.close();
        }
    }

    /** The next batch; empty when the loop is closed and nothing waits. */
    private List<Entry> next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long now = nanos.getAsLong();
                BatchDecision decision = planner.decide(rows(), now);
                if (!decision.expired().isEmpty()) {
                    take(decision.expired()).forEach(EncoderLoop::expire);
                }
                List<Entry> batch = take(decision.batch());
                if (!batch.isEmpty() || closing && waiting.isEmpty()) {
                    return batch;
                }
                await(decision.wakeAt(), now);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<WaitingRow> rows() {
        return waiting.values().stream().map(Entry::row).toList();
    }

    private void await(long wakeAt, long now) throws InterruptedException {
        if (wakeAt == WaitingRow.NEVER) {
            changed.await();
        } else {
            long left = changed.awaitNanos(wakeAt - now);
            LOG.trace("woke {} ns early", left);
        }
    }

    private List<Entry> take(List<WaitingRow> rows) {
        List<Entry> taken = new ArrayList<>(rows.size());
        for (WaitingRow row : rows) {
            Entry entry = waiting.remove(row.id());
            if (entry != null) {
                tokens.addAndGet(-row.length());
                taken.add(entry);
            }
        }
        return taken;
    }

    private static void expire(Entry entry) {
        entry.job().failed(new EncoderFailure(Reason.EXPIRED, "the time allowed has passed"));
    }

    private void run(List<Entry> batch) {
        try {
            List<float[]> values =
                    model.runner().run(batch.stream().map(Entry::encoding).toList());
            batches.accept(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                told(batch.get(i), values.get(i));
            }
        } catch (RuntimeException | Error e) {
            LOG.error("a batch of {} rows failed", batch.size(), e);
            EncoderFailure failure = new EncoderFailure(Reason.BROKEN, String.valueOf(e.getMessage()));
            for (Entry entry : batch) {
                entry.job().failed(failure);
            }
            dropEnded();
        }
    }

    /** A row that is no numbers fails its own request alone: the rows beside it have nothing to do with it. */
    private void told(Entry entry, float[] values) {
        if (NoNumbersException.finite(values)) {
            entry.job().done(entry.index(), values);
            return;
        }
        NoNumbersException failure = new NoNumbersException("model");
        LOG.warn("{}: {}", thread.getName(), failure.getMessage());
        entry.job().failed(new EncoderFailure(Reason.NO_NUMBERS, failure.told()));
        dropEnded();
    }

    private void endAll() {
        lock.lock();
        try {
            closing = true;
            waiting.values()
                    .forEach(entry -> entry.job().failed(new EncoderFailure(Reason.CLOSED, "the model was unloaded")));
            waiting.clear();
            tokens.set(0);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; returns at once. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for what a closed loop still has. */
    boolean awaitEnd(java.time.Duration patience) throws InterruptedException {
        return thread.join(patience);
    }
}
