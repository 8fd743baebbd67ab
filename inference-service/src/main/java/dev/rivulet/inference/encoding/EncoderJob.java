// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The rows of one request. It ends once: with the values of all rows, or with the first failure. */
public final class EncoderJob {

    private final CompletableFuture<List<float[]>> values = new CompletableFuture<>();
    private final SortedMap<Integer, float[]> done = new TreeMap<>();
    private final int rows;
    private final Runnable cancelled;

    EncoderJob(int rows, Runnable cancelled) {
        this.rows = rows;
        this.cancelled = cancelled;
    }

    /** Values of each row, in the order of the request; fails with {@link EncoderFailure}. */
    public CompletableFuture<List<float[]>> values() {
        return values;
    }

    /** Takes its rows out of the queue; what runs already runs on and is thrown away. */
    public void cancel() {
        if (values.cancel(false)) {
            cancelled.run();
        }
    }

    boolean ended() {
        return values.isDone();
    }

    void done(int row, float[] value) {
        boolean last;
        synchronized (this) {
            done.put(row, value);
            last = done.size() == rows;
        }
        if (last) {
            values.complete(List.copyOf(done.values()));
        }
    }

    void failed(EncoderFailure failure) {
        values.completeExceptionally(failure);
    }
}
