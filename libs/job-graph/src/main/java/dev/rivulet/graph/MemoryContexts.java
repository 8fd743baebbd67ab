// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Keeps values in this process. A job that is older than it may be is forgotten when room or a value is asked for. */
public final class MemoryContexts implements ContextStore {

    private final long most;
    private final long mostPerJob;
    private final long keepNanos;
    private final ToLongFunction<Object> weight;
    private final LongSupplier nanos;
    private final Map<String, Context> jobs = new LinkedHashMap<>();
    private long held;

    private record Value(Object value, long weight) {}

    private static final class Context {
        private final long since;
        private final Map<String, Value> values = new HashMap<>();
        private long held;

        Context(long since) {
            this.since = since;
        }
    }

    /**
     * @param most sum of the weights of all values
     * @param mostPerJob sum of the weights of one job's
     * @param keep how long a job's values are kept, from its first
     * @param weight of a value, in bytes as near as can be told
     * @param nanos a monotonic clock
     */
    public MemoryContexts(
            long most, long mostPerJob, Duration keep, ToLongFunction<Object> weight, LongSupplier nanos) {
        if (most < 1 || mostPerJob < 1 || keep.toNanos() < 1) {
            throw new IllegalArgumentException("the limits of a context store are at least 1: most " + most
                    + ", most per job " + mostPerJob + ", keep " + keep);
        }
        this.most = most;
        this.mostPerJob = mostPerJob;
        this.keepNanos = keep.toNanos();
        this.weight = weight;
        this.nanos = nanos;
    }

    @Override
    public synchronized boolean put(String job, String stage, Object value) {
        forgetOld();
        long size = Math.max(1, weight.applyAsLong(value));
        Context context = jobs.get(job);
        long own = context == null ? 0 : context.held;
        if (size > mostPerJob - own || size > most - held) {
            return false;
        }
        if (context == null) {
            context = new Context(nanos.getAsLong());
            jobs.put(job, context);
        }
        Value before = context.values.put(stage, new Value(value, size));
        long more = size - (before == null ? 0 : before.weight);
        context.held += more;
        held += more;
        return true;
    }

    @Override
    public synchronized Optional<Object> get(String job, String stage) {
        forgetOld();
        Context context = jobs.get(job);
        return context == null
                ? Optional.empty()
                : Optional.ofNullable(context.values.get(stage)).map(Value::value);
    }

    @Override
    public synchronized void drop(String job) {
        Context context = jobs.remove(job);
        held -= context == null ? 0 : context.held;
    }

    /** The sum of the weights of what is kept. */
    public synchronized long held() {
        return held;
    }

    private void forgetOld() {
        long now = nanos.getAsLong();
        for (Iterator<Context> all = jobs.values().iterator(); all.hasNext(); ) {
            Context eldest = all.next();
            if (now - eldest.since < keepNanos) {
                return;
            }
            held -= eldest.held;
            all.remove();
        }
    }
}
