// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Keeps values of finished stages in this process: those who share it take up each other's jobs. Where it is full the oldest job goes. */
public final class MemoryCheckpoints implements CheckpointStore {

    /** Bytes that a job and each of its stages count for beside their values. */
    private static final int OVERHEAD = 128;

    private final CheckpointLimits limits;
    private final long most;
    private final LongSupplier nanos;
    private final Map<String, Left> jobs = new LinkedHashMap<>();
    private long held;

    /** What runs of one job have left. */
    private static final class Left {
        private final Map<String, byte[]> values = new HashMap<>();
        private final Set<String> claims = new HashSet<>();
        private long until;

        long bytes() {
            return values.values().stream().mapToLong(value -> value.length).sum();
        }

        long weight() {
            return bytes() + (long) OVERHEAD * (1 + values.size() + claims.size());
        }
    }

    /**
     * @param most bytes of all jobs, at least 1
     * @param nanos a monotonic clock
     */
    public MemoryCheckpoints(CheckpointLimits limits, long most, LongSupplier nanos) {
        if (most < 1) {
            throw new IllegalArgumentException("checkpoints take at least 1 byte, not " + most);
        }
        this.limits = limits;
        this.most = most;
        this.nanos = nanos;
    }

    @Override
    public synchronized CompletionStage<Map<String, byte[]>> found(String key) {
        forgetOld();
        Left left = jobs.get(key);
        return CompletableFuture.completedStage(left == null ? Map.of() : Map.copyOf(left.values));
    }

    @Override
    public synchronized CompletionStage<Boolean> keep(String key, String stage, byte[] value) {
        forgetOld();
        Left left = jobs.get(key);
        byte[] before = left == null ? null : left.values.get(stage);
        long own = left == null ? 0 : left.bytes() - (before == null ? 0 : before.length);
        if (value.length > limits.mostPerValue() || own + value.length > limits.mostPerJob()) {
            return CompletableFuture.completedStage(false);
        }
        changed(key, one -> one.values.put(stage, value.clone()));
        return CompletableFuture.completedStage(true);
    }

    @Override
    public synchronized CompletionStage<Claim> claim(String key, String stage) {
        forgetOld();
        Left left = jobs.get(key);
        if (left != null && left.claims.contains(stage)) {
            return CompletableFuture.completedStage(Claim.TAKEN);
        }
        changed(key, one -> one.claims.add(stage));
        return CompletableFuture.completedStage(Claim.FIRST);
    }

    @Override
    public synchronized CompletionStage<Void> drop(String key, Set<String> but) {
        Left left = jobs.get(key);
        if (left != null) {
            held -= left.weight();
            left.values.keySet().retainAll(but);
            left.claims.retainAll(but);
            if (left.values.isEmpty() && left.claims.isEmpty()) {
                jobs.remove(key);
            } else {
                held += left.weight();
            }
        }
        return CompletableFuture.completedStage(null);
    }

    /** Bytes that are held, near enough for a limit. */
    public synchronized long held() {
        return held;
    }

    private void changed(String key, Consumer<Left> change) {
        Left left = jobs.remove(key);
        held -= left == null ? 0 : left.weight();
        Left now = left == null ? new Left() : left;
        change.accept(now);
        now.until = nanos.getAsLong() + limits.keep().toNanos();
        jobs.put(key, now);
        held += now.weight();
        for (Iterator<Left> eldest = jobs.values().iterator(); held > most && jobs.size() > 1; ) {
            held -= eldest.next().weight();
            eldest.remove();
        }
    }

    private void forgetOld() {
        long now = nanos.getAsLong();
        for (Iterator<Left> all = jobs.values().iterator(); all.hasNext(); ) {
            Left eldest = all.next();
            if (eldest.until - now > 0) {
                return;
            }
            held -= eldest.weight();
            all.remove();
        }
    }
}
